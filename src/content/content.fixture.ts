import assert from "node:assert/strict";
import { buildImage, type TestImage } from "../../test/image-builder.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { OciError, type OciErrorCode } from "../oci/errors.ts";
import { parseTag, type RepositoryName, type Tag } from "../oci/reference.ts";
import type { Content } from "./content.ts";

export const V1 = parseTag("v1");
export const V2 = parseTag("v2");
export const LATEST = parseTag("latest");

/** The content that all suites of one database share, with what it is made of. */
export interface ContentParts {
  content: Content;
  database: Database;
  storage: BlobStorage;
}

/** A repository of its own for each test. */
export type NewRepository = () => Promise<RepositoryName>;

interface Push {
  image: TestImage;
  tags: Tag[];
}

export async function pushImage(content: Content, repository: RepositoryName, push: Push): Promise<void> {
  await pushBlobs(content, repository, push.image);
  await putManifest(content, repository, push);
}

export async function pushBlobs(
  content: Content,
  repository: RepositoryName,
  image: TestImage,
): Promise<void> {
  for (const bytes of image.blobs.values()) await pushBlob(content, repository, bytes);
}

export async function pushBlob(
  content: Content,
  repository: RepositoryName,
  bytes: Uint8Array,
): Promise<Digest> {
  const upload = content.uploads.start(repository);
  await content.uploads.append(repository, upload, { body: chunks(bytes) });
  await content.uploads.finish(repository, upload, digestOf(bytes));
  return digestOf(bytes);
}

export async function putManifest(
  content: Content,
  repository: RepositoryName,
  { image, tags }: Push,
): Promise<void> {
  await content.manifests.put(repository, {
    tags,
    bytes: image.manifest,
    contentType: image.mediaType,
    pushedBy: "alice",
  });
}

export async function twoImages(): Promise<[TestImage, TestImage]> {
  return [
    await buildImage({ layers: [{ files: { number: "1" } }] }),
    await buildImage({ layers: [{ files: { number: "2" } }] }),
  ];
}

export async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export async function* cutOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error("cut off");
}

export async function rejection(promise: Promise<unknown>): Promise<OciError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OciError, `expected an OciError, got ${String(error)}`);
  return error;
}

export async function refuses(code: OciErrorCode, promise: Promise<unknown>): Promise<void> {
  assert.equal((await rejection(promise)).code, code);
}
