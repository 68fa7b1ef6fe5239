import assert from "node:assert/strict";
import { KINDS, type Kind } from "../../src/resources/kinds.ts";
import type { TestImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";
import type { MortalHub } from "./mortal-hub.ts";
import type { ImageName, Step } from "./steps.ts";

const RESOURCES = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";

/** What clients ask for; the rest becomes of the hub. */
export type Asked = Exclude<Step, { act: "restart" | "kill" | "settle" }>;

/**
 * Asks a hub for one thing, as its clients do. It may be refused, since histories know nothing of what is there.
 * @throws AssertionError when a hub that lives fails
 */
export async function ask(hub: MortalHub, step: Asked, images: readonly TestImage[]): Promise<void> {
  switch (step.act) {
    case "push":
      return push(hub, step.name, images[step.image]);
    case "untag":
      return send(hub, "DELETE", manifest(step.name.repository, step.name.tag));
    case "delete manifest":
      return send(hub, "DELETE", manifest(step.repository, images[step.image]?.digest ?? ""));
    case "undelete":
      return undelete(hub, step.repository);
    case "apply":
      return apply(hub, step);
    case "label": {
      const metadata = { labels: { "example.org/label": step.label } };
      return send(hub, "PATCH", resource(step), { metadata }, "application/merge-patch+json");
    }
    case "delete":
      return send(hub, "DELETE", resource(step));
    case "create pack":
      return createPack(hub, step);
  }
}

async function push(hub: MortalHub, { repository, tag }: ImageName, image: TestImage | undefined) {
  assert.ok(image);
  try {
    await pushImage(hub, image, { repository, reference: tag });
  } catch (error) {
    // An immutable tag, or a hub that died meanwhile.
    if (!hub.isDead && !/DENIED|fetch failed/.test(String(error))) throw error;
  }
}

async function apply(hub: MortalHub, { kind, name, spec }: { kind: Kind; name: string; spec: object }) {
  const path = `${resource({ kind, name })}?fieldManager=history&force=true`;
  const body = { apiVersion: "imagehub.sealos.io/v1", kind, metadata: { name }, spec };
  await send(hub, "PATCH", path, body, "application/apply-patch+yaml");
}

/** Each is of its own name: what is deleted, and what owns, is the last. */
async function createPack(hub: MortalHub, { names, type, owner }: Asked & { act: "create pack" }) {
  const metadata = { name: `pack-${type}`, ...(owner && { ownerReferences: await anOwner(hub) }) };
  const body = { apiVersion: "imagehub.sealos.io/v1", kind: "DataPack", metadata, spec: { type, names } };
  await send(hub, "POST", `${RESOURCES}/datapacks`, body);
}

/** A DataPack that owns another, or one that is not there any more. */
async function anOwner(hub: MortalHub): Promise<object[]> {
  const found = await answer(hub, "GET", `${RESOURCES}/datapacks?limit=1`);
  const { items = [] } = (found ?? {}) as { items?: { metadata: { name: string; uid: string } }[] };
  return items.map(({ metadata: { name, uid } }) => ({
    apiVersion: "imagehub.sealos.io/v1",
    kind: "DataPack",
    name,
    uid,
  }));
}

async function undelete(hub: MortalHub, repository: string): Promise<void> {
  const found = await answer(hub, "GET", `/api/v1/deleted?limit=1&repository=${repository}`);
  const [last] = ((found ?? {}) as { items?: { id: number }[] }).items ?? [];
  if (last) await send(hub, "POST", `/api/v1/deleted/${last.id}/restore?replace=true`);
}

function manifest(repository: string, reference: string): string {
  return `/v2/${repository}/manifests/${reference}`;
}

function resource({ kind, name }: { kind: Kind; name: string }): string {
  return `${RESOURCES}/${KINDS[kind].plural}/${name}`;
}

async function send(
  hub: MortalHub,
  ...asked: [method: string, path: string, body?: object, type?: string]
): Promise<void> {
  await answer(hub, ...asked);
}

/** @returns the JSON of a success; undefined of a refusal, and from a hub that is gone */
async function answer(
  hub: MortalHub,
  method: string,
  path: string,
  body?: object,
  type = "application/json",
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(hub.url + path, {
      method,
      headers: { authorization: hub.admin, ...(body && { "content-type": type }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch {
    return undefined;
  }
  const text = await response.text();
  assert.ok(response.status < 500 || hub.isDead, `${method} ${path}: ${response.status} ${text}`);
  return response.ok && text !== "" ? JSON.parse(text) : undefined;
}
