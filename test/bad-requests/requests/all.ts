import type { BadRequest } from "../ask.ts";
import { ADDRESSES } from "./addresses.ts";
import { BODIES } from "./bodies.ts";
import { CHANGES } from "./changes.ts";
import { FORBIDDEN } from "./forbidden.ts";
import { LISTS } from "./lists.ts";
import { METADATA } from "./metadata.ts";
import { PATCHES } from "./patches.ts";
import { SCHEMAS } from "./schemas.ts";

/** Every request, by what it is about; the answers are in `answers/`, under the same names. */
export const REQUESTS: Record<string, BadRequest[]> = {
  addresses: ADDRESSES,
  bodies: BODIES,
  changes: CHANGES,
  forbidden: FORBIDDEN,
  lists: LISTS,
  metadata: METADATA,
  patches: PATCHES,
  schemas: SCHEMAS,
};
