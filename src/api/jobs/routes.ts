import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type, type TSchema } from "typebox";
import { noteTarget } from "../../auth/visit.ts";
import { requireAdministrator } from "../administrator.ts";
import { callerOf } from "../caller.ts";
import type { ApiContext } from "../context.ts";
import { DEFAULT_JOBS_LIMIT, Job, JobList, JobPath, JobsQuery } from "../contract/jobs.ts";
import { notFound, ProblemError } from "../problem.ts";
import { JobQueueFullError, type Job as JobRecord } from "./job.ts";
import type { JobKind } from "./job-kind.ts";

interface NewJob {
  kind: string;
  [parameter: string]: unknown;
}

/** `/api/v1/jobs`: administrators. */
export function registerJobs(api: FastifyInstance, { accounts, jobs }: ApiContext): void {
  const administrator = async (request: FastifyRequest) =>
    requireAdministrator(await callerOf(accounts, request), "use jobs");

  api.get<{ Querystring: JobsQuery }>(
    "/api/v1/jobs",
    { schema: { summary: "Jobs, the newest first", querystring: JobsQuery, response: { 200: JobList } } },
    async (request): Promise<JobList> => {
      await administrator(request);
      const { limit = DEFAULT_JOBS_LIMIT, continue: before } = request.query;
      const found = await jobs.list({ limit: limit + 1, ...(before && { before: Number(before) }) });
      const page = found.slice(0, limit);
      return {
        items: page.map(showJob),
        ...(found.length > limit && { continue: String(page.at(-1)?.id) }),
      };
    },
  );

  api.post<{ Body: NewJob }>(
    "/api/v1/jobs",
    { schema: { summary: "Start a job", body: bodyOf(jobs.kinds), response: { 201: Job } } },
    async (request, reply) => {
      const { name: startedBy } = await administrator(request);
      const { kind, ...parameters } = request.body;
      noteTarget("", kind);
      const job = await orTooMany(jobs.start(kind, parameters, { startedBy }));
      return reply.status(201).header("location", `/api/v1/jobs/${job.id}`).send(showJob(job));
    },
  );

  api.get<{ Params: JobPath }>(
    "/api/v1/jobs/:id",
    { schema: { summary: "One job, with how far it is", params: JobPath, response: { 200: Job } } },
    async (request): Promise<Job> => {
      await administrator(request);
      const job = await jobs.find(Number(request.params.id));
      if (!job) throw notFound(`job ${request.params.id}`);
      return showJob(job);
    },
  );

  api.delete<{ Params: JobPath }>(
    "/api/v1/jobs/:id",
    {
      schema: {
        summary:
          "Cancel a job that waits (200) or runs (202: it ends soon); remove the record of an ended one",
        params: JobPath,
        response: { 200: Job, 202: Job, 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await administrator(request);
      const job = await jobs.end(Number(request.params.id));
      if (job === undefined) throw notFound(`job ${request.params.id}`);
      if (job === "removed") return reply.status(204).send();
      return reply.status(job.state === "running" ? 202 : 200).send(showJob(job));
    },
  );
}

async function orTooMany(started: Promise<JobRecord>): Promise<JobRecord> {
  try {
    return await started;
  } catch (error) {
    if (!(error instanceof JobQueueFullError)) throw error;
    throw new ProblemError(429, "Too many jobs", { detail: error.message, cause: error });
  }
}

/** One of the kinds, each with its parameters; `kind` tells which schema an error is of. */
function bodyOf(kinds: readonly JobKind<unknown>[]): TSchema {
  const bodies = kinds.map(({ name, parameters }) =>
    Type.Object({ kind: Type.Literal(name), ...parameters.properties }, { additionalProperties: false }),
  );
  return Type.Unsafe({
    type: "object",
    required: ["kind"],
    properties: { kind: Type.Enum(kinds.map(({ name }) => name)) },
    discriminator: { propertyName: "kind" },
    oneOf: bodies,
  });
}

function showJob({ id, kind, state, parameters, createdAt, ...job }: JobRecord): Job {
  const { progress, result, error, startedBy, startedAt, endedAt } = job;
  return {
    id,
    kind,
    state,
    parameters,
    ...(progress && { progress }),
    ...(result && { result }),
    ...(error !== undefined && { error }),
    ...(startedBy !== undefined && { startedBy }),
    createdAt: createdAt.toISOString(),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}
