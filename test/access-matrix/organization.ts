import assert from "node:assert/strict";
import type { RepositoryName } from "../../src/oci/reference.ts";
import { KINDS, type Kind } from "../../src/resources/kinds.ts";
import { API_VERSION, NAMESPACE } from "../../src/resources/metadata.ts";
import { buildImage, type TestImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";
import type { TestHub } from "../start-hub.ts";
import type { Send } from "./asking.ts";
import { ROLES } from "./callers.ts";
import { REPOSITORIES } from "./row.ts";

const NAMED = `/apis/${API_VERSION}/namespaces/${NAMESPACE}`;

/**
 * Makes the organization of the matrix, with a public and a private repository, alike in all else. Each has a tag that
 * was deleted and set again, so that its restoration is a conflict however often it is tried.
 * @returns repository → id of that deletion
 */
export async function makeOrganization(
  hub: TestHub,
  { send, image, owner }: { send: Send; image: TestImage; owner: string | undefined },
): Promise<Map<string, number>> {
  const deletions = new Map<string, number>();
  const replaced = await buildImage({ layers: [{ files: { "README.md": "# Replaced" } }] });
  for (const repository of [REPOSITORIES.public, REPOSITORIES.private]) {
    await pushImage(hub, replaced, { repository, reference: "old" });
    await send(hub.admin, { method: "DELETE", path: `/v2/${repository}/manifests/old` });
    for (const reference of ["old", "v1"]) await pushImage(hub, image, { repository, reference });
    const asked = { repository: repository as RepositoryName, limit: 1 };
    const [deletion] = await hub.context.content.deletions.list(asked);
    deletions.set(repository, deletion?.id ?? 0);
  }
  await settle(hub);
  await change("Repository", REPOSITORIES.private.replace("/", "."), { visibility: "private" });
  const members = Object.entries(ROLES).map(([name, role]) => ({ kind: "User", name, role }));
  await change("Organization", "org", { members });
  await create("User", "olga", {});
  await create("DataPack", "olgas", { type: "base", names: [`${REPOSITORIES.public}:v1`] });
  await settle(hub);
  return deletions;

  async function change(kind: Kind, name: string, spec: object): Promise<void> {
    const answer = await send(hub.admin, {
      method: "PATCH",
      path: `${NAMED}/${KINDS[kind].plural}/${name}`,
      headers: { "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ spec }),
    });
    assert.equal(answer.status, 200, answer.text);
  }

  async function create(kind: Kind, name: string, spec: object): Promise<void> {
    const answer = await send(owner, {
      method: "POST",
      path: `${NAMED}/${KINDS[kind].plural}`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: API_VERSION, kind, metadata: { name }, spec }),
    });
    assert.equal(answer.status, 201, answer.text);
  }
}

async function settle({ context }: TestHub): Promise<void> {
  await context.controllers.idle();
  await context.search.caughtUp();
}
