import type { Image, Repository } from "../../src/resources/kinds.ts";
import { platformName } from "./platform-name.ts";

/** One tag, as far as it is known. */
export interface TagRow {
  name: string;
  digest?: string | undefined;
  size?: number | undefined;
  pushedAt?: string | undefined;
  /** Undefined until its image is known. */
  platforms?: string[] | undefined;
  aliasOf?: string | undefined;
}

/** The newest tags out of the repository's own status, joined with the images that have arrived; newest first. */
export function tagRows(repository: Repository, images: readonly Image[]): TagRow[] {
  const rows = new Map<string, TagRow>(repository.status?.tags?.map((tag) => [tag.name, tag]));
  for (const image of images) {
    const row = rowOf(image);
    rows.set(row.name, row);
  }
  return [...rows.values()].toSorted(byNewest);
}

function rowOf({ spec, status }: Image): TagRow {
  return {
    name: spec.name.slice(spec.name.indexOf(":") + 1),
    digest: status?.digest,
    size: status?.size,
    pushedAt: status?.pushedAt,
    platforms: status?.platforms?.map(platformName) ?? [],
    aliasOf: status?.aliasOf,
  };
}

function byNewest(a: TagRow, b: TagRow): number {
  return (b.pushedAt ?? "").localeCompare(a.pushedAt ?? "") || a.name.localeCompare(b.name);
}
