import type { Repository } from "../resources/kinds.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { FOLLOWED } from "./build-index.ts";
import { isRepositoryName } from "./document.ts";
import type { IndexFile } from "./index-file.ts";
import { listOrganizationVersions } from "./organizations.ts";
import { fetchImage } from "./readme.ts";
import { listVersions } from "./repositories.ts";

/** Whether the index shows all that the store has, and nothing else. Reads the whole store: for tests. */
export async function isCaughtUp(index: IndexFile, store: ResourceStore): Promise<boolean> {
  if (FOLLOWED.some((kind) => index.getState(`version of ${kind}`) === undefined)) return false;
  const organizations = (await listAll(store, "Organization")).map(({ metadata }) => ({
    name: metadata.name,
    version: metadata.resourceVersion ?? "",
  }));
  const repositories = (await listAll(store, "Repository")).filter(({ spec }) => isRepositoryName(spec.name));
  const versions = await Promise.all(repositories.map((repository) => versionsOf(store, repository)));
  return isSame(organizations, listOrganizationVersions(index)) && isSame(versions, listVersions(index));
}

async function versionsOf(
  store: ResourceStore,
  { metadata, spec, status }: Repository,
): Promise<{ name: string; version: string; imageVersion: string }> {
  const image = await fetchImage(store, spec.name, status?.latestTag ?? "");
  return {
    name: spec.name,
    version: metadata.resourceVersion ?? "",
    imageVersion: image?.metadata.resourceVersion ?? "",
  };
}

async function listAll<K extends "Organization" | "Repository">(store: ResourceStore, kind: K) {
  let page = await store.list(kind);
  const items = page.items;
  while (page.continue) {
    page = await store.list(kind, { continue: page.continue });
    items.push(...page.items);
  }
  return items;
}

function isSame(wanted: { name: string }[], present: { name: string }[]): boolean {
  const inOrder = wanted.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify(inOrder) === JSON.stringify(present);
}
