import { randomInt } from "node:crypto";
import type { ObjectMeta } from "../resources/metadata.ts";
import { StatusError } from "./status.ts";

/** An object that is to be made: its version is given by whoever keeps it. @throws StatusError BadRequest */
export function requireNew({ metadata }: { metadata: ObjectMeta }): void {
  if (!metadata.resourceVersion) return;
  throw new StatusError(400, "BadRequest", "resourceVersion should not be set on objects to be created");
}

/** Kubernetes appends five characters of its own alphabet. */
export function withGeneratedName<Named extends { metadata: ObjectMeta }>(object: Named): Named {
  const { name, generateName } = object.metadata;
  if (name || !generateName) return object;
  const suffix = Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return { ...object, metadata: { ...object.metadata, name: generateName + suffix } };
}

/** Without vowels, so that no words come of it. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
