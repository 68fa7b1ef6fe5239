import type { Organization } from "../resources/kinds.ts";
import type { Visibility } from "../resources/organization.ts";
import type { IndexFile } from "./index-file.ts";

export function putOrganization(index: IndexFile, { metadata, spec }: Organization): void {
  index
    .prepare("INSERT OR REPLACE INTO organizations (name, version, default_visibility) VALUES (?, ?, ?)")
    .run(metadata.name, metadata.resourceVersion ?? "", spec.defaultVisibility ?? null);
}

export function removeOrganization(index: IndexFile, name: string): void {
  index.prepare("DELETE FROM organizations WHERE name = ?").run(name);
}

/** What holds for the organization's repositories that say nothing themselves. */
export function getDefaultVisibility(index: IndexFile, name: string): Visibility {
  const row = index.prepare("SELECT default_visibility FROM organizations WHERE name = ?").get(name);
  return row?.["default_visibility"] === "private" ? "private" : "public";
}

/** Name and version of all, for comparing with the store. */
export function listOrganizationVersions(index: IndexFile): { name: string; version: string }[] {
  return index
    .prepare("SELECT name, version FROM organizations ORDER BY name")
    .all()
    .map((row) => ({ name: String(row["name"]), version: String(row["version"]) }));
}
