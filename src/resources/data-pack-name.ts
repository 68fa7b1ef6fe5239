import { createHash } from "node:crypto";
import { DEFAULT_EXPIRE_TIME } from "./expire-time.ts";
import type { Spec } from "./kinds.ts";

/** What looks like a DataPack's derived name. */
const DERIVED_NAME = /^[0-9a-f]{16}$/;

/**
 * The name under which all who ask for the same data share one DataPack: the first 16 hex digits of the SHA-256 of its
 * spec as canonical JSON, with names sorted and unique and defaults filled in.
 *
 *     dataPackName({ type: "base", names: ["labring/mysql:v8.0.25"] })
 */
export function dataPackName({ type, names, expireTime = DEFAULT_EXPIRE_TIME }: Spec<"DataPack">): string {
  // Keys in the order of the alphabet, no spaces: what RFC 8785 makes of it.
  const canonical = JSON.stringify({ expireTime, names: [...new Set(names)].toSorted(byCodeUnits), type });
  return createHash("sha256").update(canonical).digest("hex").slice(0, 16);
}

export function isDerivedDataPackName(name: string): boolean {
  return DERIVED_NAME.test(name);
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
