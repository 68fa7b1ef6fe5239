import { Type, type Static } from "typebox";

/** Jobs on one page, when the caller does not say. */
export const DEFAULT_JOBS_LIMIT = 20;
/** A record has a result of up to 64 KiB. */
export const MAX_JOBS_LIMIT = 100;

/** `GET /api/v1/jobs` */
export const JobsQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_JOBS_LIMIT })),
    continue: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
  },
  { additionalProperties: false },
);
export type JobsQuery = Static<typeof JobsQuery>;

/** Path of one job. */
export const JobPath = Type.Object({ id: Type.String({ pattern: "^[0-9]{1,15}$" }) });
export type JobPath = Static<typeof JobPath>;

export const JobState = Type.Union([
  Type.Literal("queued"),
  Type.Literal("running"),
  Type.Literal("succeeded"),
  Type.Literal("failed"),
  Type.Literal("cancelled"),
  Type.Literal("interrupted", { description: "The hub that ran it was stopped or killed." }),
]);
export type JobState = Static<typeof JobState>;

export const JobProgress = Type.Object({
  phase: Type.String(),
  done: Type.Number(),
  total: Type.Optional(Type.Number()),
  bytes: Type.Optional(Type.Number()),
});
export type JobProgress = Static<typeof JobProgress>;

/** Work that an administrator started, or the hub by its schedule. */
export const Job = Type.Object({
  id: Type.Integer(),
  kind: Type.String(),
  state: JobState,
  parameters: Type.Record(Type.String(), Type.Unknown(), { description: "What it was started with." }),
  progress: Type.Optional(JobProgress),
  result: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: "What it did, in words of its kind; `problems` is how many it leaves to people.",
    }),
  ),
  error: Type.Optional(Type.String({ description: "Why it did not succeed." })),
  startedBy: Type.Optional(Type.String({ description: "Absent: the hub itself." })),
  createdAt: Type.String({ format: "date-time" }),
  startedAt: Type.Optional(Type.String({ format: "date-time" })),
  endedAt: Type.Optional(Type.String({ format: "date-time" })),
});
export type Job = Static<typeof Job>;

/** The newest job first; `continue` is there when there are more. */
export const JobList = Type.Object({ items: Type.Array(Job), continue: Type.Optional(Type.String()) });
export type JobList = Static<typeof JobList>;
