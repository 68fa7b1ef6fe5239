import { ChallengeError } from "./authorization.ts";
import { sendJson, type Exchange } from "./exchange.ts";
import { nextLink, parsePage } from "./pagination.ts";

/** `GET /v2/_catalog?n=&last=`: the repositories that the caller may read and that have a tag */
export async function listCatalog(exchange: Exchange): Promise<void> {
  const { authorization, query, content, access, path } = exchange;
  if (!authorization.catalog) {
    throw new ChallengeError("Cannot list the catalog", {
      reason: "insufficient_scope",
      scope: "registry:catalog:*",
    });
  }
  const page = parsePage(query);
  const { all, organizations } = await access.readable(authorization.subject);
  // One more than asked tells whether there is a next page.
  const names = await content.repositories.catalog({
    ...page,
    limit: page.limit + 1,
    readable: { all, organizations: [...organizations] },
  });
  const shown = names.slice(0, page.limit);
  const last = shown.at(-1);
  const link =
    names.length > shown.length && last !== undefined
      ? { link: nextLink(path, query, { limit: page.limit, last }) }
      : {};
  sendJson(exchange, { repositories: shown }, link);
}
