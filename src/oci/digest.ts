import { createHash, type Hash } from "node:crypto";
import { OciError } from "./errors.ts";

declare const digestBrand: unique symbol;

/** A content digest that was parsed: `sha256:` and 64, or `sha512:` and 128, lower-case hex characters. */
export type Digest = string & { readonly [digestBrand]: true };

export type DigestAlgorithm = "sha256" | "sha512";

const HEX_LENGTH: Record<DigestAlgorithm, number> = { sha256: 64, sha512: 128 };
const LOWER_HEX = /^[0-9a-f]+$/;

/**
 * Parses a digest.
 * @throws OciError DIGEST_INVALID
 */
export function parseDigest(text: string): Digest {
  const colon = text.indexOf(":");
  const algorithm = text.slice(0, Math.max(colon, 0));
  if (!isDigestAlgorithm(algorithm)) {
    throw invalid(text, "expected sha256: or sha512: and the hash in hex");
  }
  const hex = text.slice(colon + 1);
  if (hex.length !== HEX_LENGTH[algorithm] || !LOWER_HEX.test(hex)) {
    throw invalid(text, `expected ${HEX_LENGTH[algorithm]} lower-case hex characters after ${algorithm}:`);
  }
  return text as Digest;
}

export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(":");
  const algorithm = text.slice(0, Math.max(colon, 0));
  const hex = text.slice(colon + 1);
  return isDigestAlgorithm(algorithm) && hex.length === HEX_LENGTH[algorithm] && LOWER_HEX.test(hex);
}

export function isDigestAlgorithm(text: string): text is DigestAlgorithm {
  return text === "sha256" || text === "sha512";
}

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** The part after the algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = "sha256"): Digest {
  return finishDigest(createHash(algorithm).update(bytes), algorithm);
}

/** Ends a hash that was fed elsewhere. */
export function finishDigest(hash: Hash, algorithm: DigestAlgorithm): Digest {
  return `${algorithm}:${hash.digest("hex")}` as Digest;
}

function invalid(text: string, expected: string): OciError {
  return new OciError(
    "DIGEST_INVALID",
    `Cannot parse digest ${JSON.stringify(text.slice(0, 150))}: ${expected}`,
    {
      detail: { digest: text.slice(0, 150) },
    },
  );
}
