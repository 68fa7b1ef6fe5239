import { hash, randomBytes } from "node:crypto";
import type { RepositoryName } from "../oci/reference.ts";

/** After the seconds and what is random; a made-up name of an upload has the right ones once in four billion times. */
const CHECK_AT = 12;

/**
 * Names an upload so that the name alone says when it began, and in which repository: a UUID of version 8 (RFC 9562
 * §5.8) of seconds since 1970 in 32 bits, 58 random ones, and 32 that follow from these and from the repository. It
 * is no secret: who makes one up may push to the repository, and could have asked for it.
 */
export function newUploadId(repository: RepositoryName, now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUInt32BE(Math.floor(now / 1000));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  bytes.write(checkOf(repository, bytes), CHECK_AT, "hex");
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @returns milliseconds since 1970; undefined when `newUploadId` did not make it for this repository */
export function uploadBeganAt(id: string, repository: RepositoryName): number | undefined {
  const bytes = bytesOf(id);
  if (bytes === undefined || bytes.toString("hex", CHECK_AT) !== checkOf(repository, bytes)) return undefined;
  return timeIn(bytes);
}

/** When an upload of any repository began, by its id alone, which may be made up. */
export function uploadTime(id: string): number | undefined {
  const bytes = bytesOf(id);
  return bytes && timeIn(bytes);
}

function bytesOf(id: string): Buffer | undefined {
  return UUID.test(id) ? Buffer.from(id.replaceAll("-", ""), "hex") : undefined;
}

function timeIn(bytes: Buffer): number {
  return bytes.readUInt32BE() * 1000;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function checkOf(repository: RepositoryName, bytes: Buffer): string {
  return hash("sha256", `${bytes.toString("hex", 0, CHECK_AT)} ${repository}`).slice(0, 8);
}
