import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { requireAccess, sendJson, type Exchange } from "./exchange.ts";
import { nextLink, parsePage } from "./pagination.ts";

/** `GET /v2/NAME/tags/list?n=&last=` */
export async function listTags(exchange: Exchange, { name }: { name: RepositoryName }): Promise<void> {
  const { query, content, path } = exchange;
  await requireAccess(exchange, name, "pull");
  const page = parsePage(query);
  const tags = await content.tags.list(name, { ...page, limit: page.limit + 1 });
  if (tags.length === 0 && !(await content.repositories.find(name))) {
    throw new OciError("NAME_UNKNOWN", `Cannot find repository ${name}`, { detail: { name } });
  }
  const shown = tags.slice(0, page.limit);
  const last = shown.at(-1);
  const link =
    tags.length > shown.length && last !== undefined
      ? { link: nextLink(path, query, { limit: page.limit, last }) }
      : {};
  sendJson(exchange, { name, tags: shown }, link);
}
