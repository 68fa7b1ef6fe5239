import { setImmediate } from "node:timers/promises";
import type { Visibility } from "../resources/organization.ts";
import type { ResourceStore, WatchEvent } from "../resource-store/port.ts";
import { factsOf, isRepositoryName, organizationOf } from "./document.ts";
import { fetchReadme, getIfPresent, NO_README, readmeOf } from "./readme.ts";
import type { IndexFile } from "./index-file.ts";
import { getDefaultVisibility, putOrganization, removeOrganization } from "./organizations.ts";
import {
  getLatestTag,
  getRepository,
  listFollowers,
  putRepository,
  removeRepository,
} from "./repositories.ts";

/** Repositories changed in one transaction, so that others get their turn between. */
const BATCH = 50;

/**
 * Brings a changed Repository into the index. Its organization and its README are asked of the store, not of the
 * index: the watches of the kinds do not wait for each other, and nothing private may be seen meanwhile.
 */
export async function applyRepository(
  index: IndexFile,
  store: ResourceStore,
  { type, object }: WatchEvent<"Repository">,
): Promise<void> {
  const { name } = object.spec;
  if (!isRepositoryName(name)) return;
  if (type === "DELETED") {
    index.transaction(() => removeRepository(index, name));
    return;
  }
  const facts = factsOf(object);
  const before = getRepository(index, name);
  const hasReadme = before !== undefined && before.latestTag === facts.latestTag;
  const readme = hasReadme ? before : await fetchReadme(store, name, facts.latestTag);
  const isPrivate = (facts.ownVisibility ?? (await fetchDefault(store, organizationOf(name)))) === "private";
  index.transaction(() => {
    putRepository(index, { ...facts, isPrivate, readme: readme.readme, imageVersion: readme.imageVersion });
  });
}

/** Brings the README of a changed Image into the index, when it is the one its repository shows. */
export function applyImage(index: IndexFile, { type, object }: WatchEvent<"Image">): void {
  const colon = object.spec.name.lastIndexOf(":");
  const name = object.spec.name.slice(0, colon);
  if (getLatestTag(index, name) !== object.spec.name.slice(colon + 1)) return;
  const repository = getRepository(index, name);
  if (!repository) return;
  const readme = type === "DELETED" ? NO_README : readmeOf(object);
  index.transaction(() => putRepository(index, { ...repository, ...readme }));
}

/** Brings an Organization's default visibility to the repositories that leave theirs to it. */
export async function applyOrganization(
  index: IndexFile,
  { type, object }: WatchEvent<"Organization">,
): Promise<void> {
  const { name } = object.metadata;
  const before = getDefaultVisibility(index, name);
  index.transaction(() => {
    if (type === "DELETED") removeOrganization(index, name);
    else putOrganization(index, object);
  });
  const visibility = getDefaultVisibility(index, name);
  if (visibility !== before) await showFollowers(index, name, visibility);
}

async function fetchDefault(store: ResourceStore, organization: string): Promise<Visibility> {
  const found = await getIfPresent(() => store.get("Organization", organization));
  return found?.spec.defaultVisibility ?? "public";
}

async function showFollowers(index: IndexFile, organization: string, visibility: Visibility): Promise<void> {
  const names = listFollowers(index, organization);
  for (let start = 0; start < names.length; start += BATCH) {
    index.transaction(() => {
      for (const name of names.slice(start, start + BATCH)) {
        const document = getRepository(index, name);
        if (document) putRepository(index, { ...document, isPrivate: visibility === "private" });
      }
    });
    await setImmediate();
  }
}
