import { Type, type Static } from "typebox";

/** Entries of the audit on one page, when the caller does not say. */
export const DEFAULT_AUDIT_LIMIT = 100;

export const AuditOutcome = Type.Union([
  Type.Literal("success"),
  Type.Literal("denied", { description: "Whoever asked may not, or nobody knew who it was." }),
  Type.Literal("failed"),
]);

/** `GET /api/v1/audit`: what is left out may be anything. */
export const AuditQuery = Type.Object(
  {
    actor: Type.Optional(Type.String({ maxLength: 255 })),
    action: Type.Optional(
      Type.String({ maxLength: 100, description: "`manifest.push`, or `manifest` for all its verbs." }),
    ),
    resource: Type.Optional(
      Type.String({ maxLength: 400, description: "`org/repo:tag`, or `org/repo` for all of it." }),
    ),
    organization: Type.Optional(Type.String({ maxLength: 255 })),
    outcome: Type.Optional(AuditOutcome),
    since: Type.Optional(Type.String({ format: "date-time" })),
    until: Type.Optional(Type.String({ format: "date-time", description: "Not itself." })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    continue: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
    format: Type.Optional(
      Type.Union([Type.Literal("json"), Type.Literal("jsonl")], {
        description: "jsonl: all of it, an entry a line.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type AuditQuery = Static<typeof AuditQuery>;

/** What somebody did, or was refused. */
export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Type.String({ format: "date-time" }),
  actor: Type.String({ description: 'A user, `anonymous`, or "" for who is not known.' }),
  token: Type.Optional(Type.String({ description: "The id of the token that it was done with." })),
  address: Type.String(),
  action: Type.String({ description: "Noun and verb: `manifest.push`, `repository.update`, `login`." }),
  resource: Type.String(),
  organization: Type.String({ description: '"" for what is no organization\'s.' }),
  digest: Type.Optional(Type.String({ description: "What a tag names from now on, or what was deleted." })),
  previousDigest: Type.Optional(Type.String({ description: "What the tag named before." })),
  outcome: AuditOutcome,
  status: Type.Integer({ description: "Of the answer, as HTTP has it." }),
  count: Type.Integer({ description: "How often, when the same was done again and again." }),
});
export type AuditEntry = Static<typeof AuditEntry>;

/** The newest first; a page may be short though `continue` is there. */
export const AuditPage = Type.Object({
  items: Type.Array(AuditEntry),
  continue: Type.Optional(Type.String()),
});
export type AuditPage = Static<typeof AuditPage>;
