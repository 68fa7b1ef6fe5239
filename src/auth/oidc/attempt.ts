import { EncryptJWT, errors, jwtDecrypt } from "jose";

/** Somebody who is asked for more at the provider, a second factor say, has this long. */
export const ATTEMPT_TTL_S = 15 * 60;

/** A login by a provider that has begun: what the browser keeps until it comes back from there. */
export interface Attempt {
  /** Told to the provider, which gives it back: an answer to another attempt is none to this. */
  state: string;
  /** In the provider's token, so that one that was made for another attempt is not taken. */
  nonce: string;
  /** RFC 7636: who does not know it has no use of the code. */
  codeVerifier: string;
  /** Where the provider sends the browser. */
  redirectUri: string;
  /** Where the browser goes on to: a path of the hub. */
  next: string;
  /** Who links its account, and by which session; undefined: somebody logs in. */
  link?: { user: string; session: string };
}

/** Attempts are kept by browsers alone, sealed, so that every hub of several can go on with them. */
export interface Attempts {
  seal(attempt: Attempt): Promise<string>;
  /** undefined for what this hub has not sealed, or too long ago. */
  open(sealed: string): Promise<Attempt | undefined>;
}

/** @param key 32 bytes */
export function createAttempts(key: Uint8Array, { now = Date.now }: { now?: () => number } = {}): Attempts {
  return {
    seal: (attempt) =>
      new EncryptJWT({ attempt })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setExpirationTime(Math.floor(now() / 1000) + ATTEMPT_TTL_S)
        .encrypt(key),

    async open(sealed) {
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
          currentDate: new Date(now()),
        });
        return payload["attempt"] as Attempt;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
