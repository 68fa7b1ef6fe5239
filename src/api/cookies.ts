import type { FastifyRequest } from "fastify";
import { parseSessionCookie, type CookieOptions } from "../auth/session-cookie.ts";
import type { ApiContext } from "./context.ts";

/** How the browser that sends a request keeps cookies. */
export function cookieOptions(
  { baseUrl, isFramed }: Pick<ApiContext, "baseUrl" | "isFramed">,
  { raw }: FastifyRequest,
): CookieOptions {
  return { isTls: baseUrl(raw).startsWith("https:"), isFramed };
}

/** The secret of a session that ends is good for nothing. */
export async function endSessionOf(
  { sessions }: Pick<ApiContext, "sessions">,
  { headers }: FastifyRequest,
): Promise<void> {
  const secret = parseSessionCookie(headers.cookie);
  if (secret !== undefined) await sessions.end(secret);
}
