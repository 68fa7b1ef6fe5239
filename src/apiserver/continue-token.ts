import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ExpiredError } from "../resource-store/errors.ts";

/** Where a list goes on: a page of the store, and how much of it was seen. */
export interface Place {
  /** The store's own token; undefined: its first page. */
  page: string | undefined;
  /** Resources of that page that were looked at, shown or not. */
  seen: number;
}

/** Continue tokens as clients get them. Sealed, since a place may be that of a resource that its client may not see. */
export interface ContinueTokens {
  seal(place: Place): string;
  /** @throws ExpiredError for what was not sealed here: the client lists again */
  open(token: string): Place;
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param key 32 bytes, the same in all replicas */
export function createContinueTokens(key: Uint8Array): ContinueTokens {
  return {
    seal({ page, seen }) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const text = Buffer.concat([cipher.update(JSON.stringify([page ?? null, seen])), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
    },

    open(token) {
      const bytes = Buffer.from(token, "base64url");
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAuthTag(tag);
        const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)).toString() + decipher.final();
        const [page, seen] = JSON.parse(text) as [string | null, number];
        return { page: page ?? undefined, seen };
      } catch {
        throw new ExpiredError("Cannot go on with list: expected the continue token of a page, list again");
      }
    },
  };
}
