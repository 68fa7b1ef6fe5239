import assert from "node:assert/strict";
import { NAMESPACE, type Server } from "./server.ts";

export interface Identity {
  uid: string;
  resourceVersion: string;
}

const apiVersion = "imagehub.sealos.io/v1";

/** What is there before the first request. */
const SEEDS: [plural: string, object][] = [
  [
    "organizations",
    {
      apiVersion,
      kind: "Organization",
      metadata: { name: "acme" },
      spec: { members: [{ kind: "User", name: "admin", role: "owner" }] },
    },
  ],
  [
    "repositories",
    {
      apiVersion,
      kind: "Repository",
      metadata: { name: "acme.app" },
      spec: { name: "acme/app", visibility: "public", description: "An app." },
    },
  ],
  ["images", { apiVersion, kind: "Image", metadata: { name: "acme.app.v1" }, spec: { name: "acme/app:v1" } }],
  [
    "datapacks",
    {
      apiVersion,
      kind: "DataPack",
      metadata: { name: "pack" },
      spec: { type: "base", names: ["acme/app:v1"], expireTime: "1h" },
    },
  ],
];

export async function createSeeds(server: Server): Promise<void> {
  for (const [plural, resource] of SEEDS) {
    const response = await fetch(`${server.url}${NAMESPACE}/${plural}`, {
      method: "POST",
      headers: { authorization: server.authorization, "content-type": "application/json" },
      body: JSON.stringify(resource),
    });
    assert.equal(response.status, 201, await response.text());
  }
}

/** What the server gave acme.app. */
export async function readSeed({ url, authorization }: Server): Promise<Identity> {
  const response = await fetch(`${url}${NAMESPACE}/repositories/acme.app`, { headers: { authorization } });
  assert.equal(response.status, 200, "acme.app is there");
  const { metadata } = (await response.json()) as { metadata: Identity };
  return metadata;
}
