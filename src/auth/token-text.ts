import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** Of a person, of a robot, what docker clients keep in the place of either, and the secret of an invitation. */
export type TokenKind = "ihp" | "iht" | "ihr" | "ihi";

/**
 * A token as people copy it, made so that a secret scanner can tell one from any other text:
 *
 *     ihp_ RANDOM CHECKSUM
 *          43     6        characters of base 62: 256 random bits, and the CRC-32 of all before it
 */
export function createTokenText(kind: TokenKind = "ihp"): string {
  const random = toBase62(BigInt(`0x${randomBytes(32).toString("hex")}`), RANDOM_LENGTH);
  return withChecksum(`${kind}_${random}`);
}

/** The kind of token that a text has the form of, whatever its checksum says: no password is taken for one by chance. */
export function tokenKindOf(text: string): TokenKind | undefined {
  return FORM.exec(text)?.[1] as TokenKind | undefined;
}

/** Whether its checksum is right too: a token that was copied in part, or made up, is told without a look-up. */
export function isTokenText(text: string): boolean {
  return FORM.test(text) && withChecksum(text.slice(0, -CHECKSUM_LENGTH)) === text;
}

/** What is stored of a token. It has 256 random bits, so a fast hash cannot be searched. */
export function hashToken(text: string): string {
  return hash("sha256", text, "hex");
}

const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORM = /^(ih[prti])_[0-9A-Za-z]{49}$/;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function withChecksum(text: string): string {
  return text + toBase62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function toBase62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text;
}
