import { parseCookie, stringifySetCookie } from "cookie";
import type { CookieOptions } from "../session-cookie.ts";
import { ATTEMPT_TTL_S } from "./attempt.ts";

const NAME = "imagehub_oidc";

/** What a browser keeps of the attempt that it began; undefined for none. */
export function parseAttemptCookie(header: string | undefined, { isTls }: CookieOptions): string | undefined {
  return header === undefined ? undefined : parseCookie(header)[nameOf(isTls)];
}

/** A Set-Cookie header that binds an attempt to a browser. */
export function formatAttemptCookie(sealed: string, options: CookieOptions): string {
  return format(sealed, ATTEMPT_TTL_S, options);
}

/** A Set-Cookie header by which the browser forgets: an attempt is good once. */
export function forgetAttemptCookie(options: CookieOptions): string {
  return format("", 0, options);
}

function format(value: string, maxAge: number, { isTls, isFramed }: CookieOptions): string {
  const acrossSites = isFramed && isTls;
  return stringifySetCookie({
    name: nameOf(isTls),
    value,
    maxAge,
    path: "/",
    httpOnly: true,
    secure: isTls,
    // Lax: the provider's page is another site's, and sends the browser back.
    sameSite: acrossSites ? "none" : "lax",
    ...(acrossSites && { partitioned: true }),
  });
}

/** A cookie of this prefix cannot be planted by a sibling host: RFC 6265bis §4.1.3.2. */
function nameOf(isTls: boolean): string {
  return isTls ? `__Host-${NAME}` : NAME;
}
