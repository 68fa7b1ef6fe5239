import { parseCookie, stringifySetCookie } from "cookie";

/** The cookie that holds a session's secret. */
export const SESSION_COOKIE = "imagehub_session";

/** How the browser keeps the cookie; a session may end before it. */
export interface CookieOptions {
  /** Whether the browser reaches the hub by TLS. */
  isTls: boolean;
  /** Whether pages of other sites may show the hub in a frame, where a browser takes a cookie only when it says so. */
  isFramed: boolean;
}

/** 30 days: browsers forget it when the session is over in any case. */
const MAX_AGE_S = 30 * 24 * 60 * 60;

/** The secret that a Cookie header carries (RFC 6265 §4.2); undefined for none. */
export function parseSessionCookie(header: string | undefined): string | undefined {
  return header === undefined ? undefined : parseCookie(header)[SESSION_COOKIE];
}

/** A Set-Cookie header that keeps a secret from scripts and from requests of other sites. */
export function formatSessionCookie(secret: string, options: CookieOptions): string {
  return format(secret, MAX_AGE_S, options);
}

/** A Set-Cookie header that makes the browser forget. */
export function forgetSessionCookie(options: CookieOptions): string {
  return format("", 0, options);
}

function format(value: string, maxAge: number, { isTls, isFramed }: CookieOptions): string {
  // CHIPS: a frame's cookie is its own for each site that shows it. Without TLS browsers take no such cookie.
  const acrossSites = isFramed && isTls;
  return stringifySetCookie({
    name: SESSION_COOKIE,
    value,
    maxAge,
    path: "/",
    httpOnly: true,
    secure: isTls,
    sameSite: acrossSites ? "none" : "strict",
    ...(acrossSites && { partitioned: true }),
  });
}
