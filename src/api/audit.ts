import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { AuditFilter, AuditRecord } from "../audit/entry.ts";
import type { UserSubject } from "../auth/subject.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { AuditPage, AuditQuery, DEFAULT_AUDIT_LIMIT, type AuditEntry } from "./contract/audit.ts";
import { requireWhole } from "./whole.ts";

/**
 * `GET /api/v1/audit`: administrators see all, owners what concerns their organizations, nobody else anything.
 */
export function registerAudit(api: FastifyInstance, { accounts, access, audit }: ApiContext): void {
  const schema = {
    summary: "Who did what, the newest first",
    querystring: AuditQuery,
    response: { 200: AuditPage },
  };
  api.get<{ Querystring: AuditQuery }>("/api/v1/audit", { schema }, async (request, reply) => {
    const { query } = request;
    const subject = requireWhole(await userOf(accounts, request), "read the audit");
    const organizations = await organizationsOf(subject, query.organization);
    const filter: AuditFilter = { ...parseFilter(query), ...(organizations && { organizations }) };
    void reply.header("cache-control", "no-store");
    if (query.format === "jsonl") {
      return reply.type("application/jsonl").send(Readable.from(linesOf(audit.read(filter))));
    }
    const { limit = DEFAULT_AUDIT_LIMIT } = query;
    const before = query.continue === undefined ? undefined : Number(query.continue);
    const page = await audit.list(filter, { before, limit });
    return {
      items: page.records.map(showEntry),
      ...(page.before !== undefined && { continue: String(page.before) }),
    };
  });

  /** Of which the subject may see entries; undefined: of all, and of none. */
  async function organizationsOf(
    subject: UserSubject,
    wanted: string | undefined,
  ): Promise<string[] | undefined> {
    if (subject.administrator) return wanted === undefined ? undefined : [wanted];
    const memberships = await access.memberships(subject);
    const owned = memberships.filter(({ role }) => role === "owner").map(({ name }) => name);
    return wanted === undefined ? owned : owned.filter((name) => name === wanted);
  }
}

function parseFilter({ actor, action, resource, outcome, since, until }: AuditQuery): AuditFilter {
  return {
    actor,
    action,
    resource,
    outcome,
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
  };
}

async function* linesOf(pages: AsyncIterable<AuditRecord[]>): AsyncGenerator<string> {
  for await (const page of pages) {
    yield page.map((record) => `${JSON.stringify(showEntry(record))}\n`).join("");
  }
}

function showEntry({ at, token, digest, previousDigest, ...record }: AuditRecord): AuditEntry {
  return {
    ...record,
    at: at.toISOString(),
    ...(token !== undefined && { token }),
    ...(digest !== undefined && { digest }),
    ...(previousDigest !== undefined && { previousDigest }),
  };
}
