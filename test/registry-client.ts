import assert from "node:assert/strict";
import type { TestImage } from "./image-builder.ts";
import type { TestHub } from "./start-hub.ts";

/** Where to push to, in this process or another. */
export type HubAddress = Pick<TestHub, "url" | "admin">;

/** A token for these scopes, as an Authorization header; anonymous without credentials. */
export async function bearer(hub: HubAddress, scopes: string[], credentials?: string): Promise<string> {
  const query = new URLSearchParams(scopes.map((scope) => ["scope", scope]));
  const response = await fetch(`${hub.url}/token?service=imagehub&${query}`, {
    headers: credentials === undefined ? {} : { authorization: credentials },
  });
  assert.equal(response.status, 200);
  const { token } = (await response.json()) as { token: string };
  return `Bearer ${token}`;
}

export interface PushOptions {
  repository: string;
  /** Tag or digest. */
  reference: string;
  /** Default: the administrator's. */
  authorization?: string;
}

/** Pushes an image as clients do: blobs that are not there yet, children, manifest. */
export async function pushImage(hub: HubAddress, image: TestImage, options: PushOptions): Promise<void> {
  const { repository, reference, authorization = hub.admin } = options;
  for (const [digest, bytes] of image.blobs)
    await pushBlob(hub, { repository, digest, bytes, authorization });
  for (const child of image.children) await pushImage(hub, child, { ...options, reference: child.digest });
  const response = await fetch(`${hub.url}/v2/${repository}/manifests/${reference}`, {
    method: "PUT",
    headers: { authorization, "content-type": image.mediaType },
    body: Buffer.from(image.manifest),
  });
  assert.equal(response.status, 201, await response.text());
}

/** Pushes a blob that is not there yet, in one request after its upload was begun. */
export async function pushBlob(
  hub: HubAddress,
  blob: { repository: string; digest: string; bytes: Uint8Array; authorization: string },
): Promise<void> {
  const { repository, digest, bytes, authorization } = blob;
  const headers = { authorization };
  const blobUrl = `${hub.url}/v2/${repository}/blobs/${digest}`;
  const known = await fetch(blobUrl, { method: "HEAD", headers });
  if (known.status === 200) return;
  const started = await fetch(`${hub.url}/v2/${repository}/blobs/uploads/`, { method: "POST", headers });
  assert.equal(started.status, 202, await started.text());
  const ended = await fetch(`${hub.url}${started.headers.get("location")}?digest=${digest}`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/octet-stream" },
    body: Buffer.from(bytes),
  });
  assert.equal(ended.status, 201, await ended.text());
}
