import type { FastifyInstance } from "fastify";
import type { Subject } from "../auth/subject.ts";
import { noteTarget } from "../auth/visit.ts";
import type { DeletionQuery, DeletionRecord, Restored } from "../content/deletions.ts";
import { TagTakenError } from "../content/errors.ts";
import { parseDigest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { organizationOf, parseRepositoryName, parseTag } from "../oci/reference.ts";
import { loggedInOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import {
  DEFAULT_DELETED_LIMIT,
  DeletedPage,
  DeletedParameters,
  DeletedQuery,
  RestoreQuery,
  RestoreResult,
  type Deleted,
} from "./contract/deleted.ts";
import { notFound, ProblemError } from "./problem.ts";

/** `GET /api/v1/deleted` and `POST /api/v1/deleted/{id}/restore`: whoever may delete there. */
export function registerDeletions(
  api: FastifyInstance,
  { accounts, access, content: { deletions } }: ApiContext,
): void {
  const listSchema = {
    summary: "What was deleted and can be restored, the latest first",
    querystring: DeletedQuery,
    response: { 200: DeletedPage },
  };
  api.get<{ Querystring: DeletedQuery }>("/api/v1/deleted", { schema: listSchema }, async (request) => {
    const subject = await loggedInOf(accounts, request);
    const { limit = DEFAULT_DELETED_LIMIT } = request.query;
    const organizations = await organizationsOf(subject, request.query.organization);
    const query = { ...parseQuery(request.query), ...(organizations && { organizations }) };
    const found = await deletions.list({ ...query, limit: limit + 1 });
    const items = found.slice(0, limit).map(toDeleted);
    const last = items.at(-1);
    return { items, ...(found.length > limit && last && { continue: String(last.id) }) };
  });

  const restoreSchema = {
    summary: "Restore what was deleted, with all that it brings",
    params: DeletedParameters,
    querystring: RestoreQuery,
    response: { 200: RestoreResult },
  };
  api.post<{ Params: DeletedParameters; Querystring: RestoreQuery }>(
    "/api/v1/deleted/:id/restore",
    { schema: restoreSchema },
    async (request): Promise<RestoreResult> => {
      const { id } = request.params;
      const subject = await loggedInOf(accounts, request);
      const deletion = await deletions.find(id);
      if (deletion) noteTarget(organizationOf(deletion.repository), nameOf(deletion));
      // For whoever may not restore it, it does not exist.
      const actions = deletion && (await access.actions(subject, deletion.repository)).actions;
      const restored = actions?.has("delete")
        ? await asProblem(() => deletions.restore(id, request.query))
        : undefined;
      if (!deletion || !restored) throw notFound(`deletion ${id}`);
      return { repository: deletion.repository, ...restored };
    },
  );

  /** @returns undefined for all */
  async function organizationsOf(
    subject: Subject,
    wanted: string | undefined,
  ): Promise<string[] | undefined> {
    const { all, organizations } = await access.deletable(subject);
    if (wanted === undefined) return all ? undefined : [...organizations];
    return all || organizations.has(wanted) ? [wanted] : [];
  }
}

function parseQuery(query: DeletedQuery): Omit<DeletionQuery, "limit"> {
  return {
    ...(query.repository !== undefined && {
      repository: parsed("repository", query.repository, parseRepositoryName),
    }),
    ...(query.tag !== undefined && { tag: parsed("tag", query.tag, parseTag) }),
    ...(query.digest !== undefined && { digest: parsed("digest", query.digest, parseDigest) }),
    ...(query.continue !== undefined && { before: Number(query.continue) }),
  };
}

function parsed<T>(field: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new ProblemError(400, "Bad request", { detail: error.message, field, cause: error });
  }
}

async function asProblem(restore: () => Promise<Restored | undefined>): Promise<Restored | undefined> {
  try {
    return await restore();
  } catch (error) {
    if (error instanceof TagTakenError) {
      const detail = `${error.message}; delete it first, or restore with replace=true`;
      throw new ProblemError(409, "Conflict", { detail, field: "replace", cause: error });
    }
    if (!(error instanceof OciError)) throw error;
    switch (error.code) {
      case "DENIED":
        throw new ProblemError(409, "Conflict", { detail: error.message, cause: error });
      case "MANIFEST_UNKNOWN":
        throw new ProblemError(410, "Gone", { detail: error.message, cause: error });
      default:
        throw error;
    }
  }
}

function nameOf({ repository, tag, digest }: DeletionRecord): string {
  return tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
}

function toDeleted({ tag, pushedAt, deletedAt, keptUntil, ...rest }: DeletionRecord): Deleted {
  return {
    ...rest,
    ...(tag !== undefined && { tag }),
    pushedAt: pushedAt.toISOString(),
    deletedAt: deletedAt.toISOString(),
    keptUntil: keptUntil.toISOString(),
  };
}
