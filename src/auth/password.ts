import { argon2, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { TooManyRequestsError } from "./errors.ts";

/** OWASP "Password Storage Cheat Sheet", Argon2id: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 };
/** Of PHC strings of these parameters. */
const PREFIX = `$argon2id$v=19$m=${PARAMETERS.memory},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$`;
const TAG_BYTES = 32;
const SALT_BYTES = 16;
/** Each takes 19 MiB and a core for tens of milliseconds: more at once would stall everything else. */
const MAX_AT_ONCE = 2;
/** Waiting longer than this many others serves nobody: the client has given up by then. */
const MAX_WAITING = 100;

/** Longest password taken, bytes; hashing cost does not depend on it, memory for it does. */
export const MAX_PASSWORD_BYTES = 1024;

const deriveArgon2 = promisify(argon2);

/** Those that wait are checked within a few seconds. */
const RETRY_AFTER_S = 3;

export class PasswordQueueFullError extends TooManyRequestsError {
  constructor() {
    super("Cannot check password: too many checks are waiting, try again in a few seconds", RETRY_AFTER_S);
    this.name = "PasswordQueueFullError";
  }
}

/** @returns a PHC string (github.com/P-H-C/phc-string-format) of argon2id */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, { salt, ...PARAMETERS });
  return `${PREFIX}${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether a PHC string was made with today's parameters: an older one is made anew when its user logs in. */
export function isCurrentHash(phc: string): boolean {
  return phc.startsWith(PREFIX);
}

/** Whether a password is that of a PHC string; false for a string that is none. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  if (!match || Buffer.byteLength(password) > MAX_PASSWORD_BYTES || password.includes("\0")) return false;
  const [, memory, passes, parallelism, salt = "", tag = ""] = match;
  const expected = Buffer.from(tag, "base64");
  const actual = await derive(password, {
    salt: Buffer.from(salt, "base64"),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.byteLength,
  });
  return timingSafeEqual(actual, expected);
}

/** Tells one PHC string from another where it must not be kept itself. */
export function fingerprintOf(phc: string): string {
  return hash("sha256", phc, "hex");
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(
  password: string,
  options: { salt: Buffer; memory: number; passes: number; parallelism: number; tagLength?: number },
): Promise<Buffer> {
  await takeTurn();
  try {
    return await deriveArgon2("argon2id", {
      message: password,
      nonce: options.salt,
      memory: options.memory,
      passes: options.passes,
      parallelism: options.parallelism,
      tagLength: options.tagLength ?? TAG_BYTES,
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Waits for one of the places; whoever leaves hands its place on. */
async function takeTurn(): Promise<void> {
  if (running < MAX_AT_ONCE) {
    running += 1;
    return;
  }
  if (waiting.length >= MAX_WAITING) throw new PasswordQueueFullError();
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
