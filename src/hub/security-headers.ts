import type { FastifyInstance } from "fastify";

/**
 * Headers of every page and API answer: scripts only of the hub's own files, frames only by origins that the
 * operator names, and no shared cache that keeps what a caller may read. Pictures may come from anywhere, since READMEs and icons are the publishers' words.
 */
export function registerSecurityHeaders(
  app: FastifyInstance,
  { frameAncestors }: { frameAncestors: readonly string[] },
): void {
  const ancestors = frameAncestors.length > 0 ? `'self' ${frameAncestors.join(" ")}` : "'none'";
  const policy = [
    "default-src 'self'",
    "img-src 'self' data: https: http:",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors}`,
  ].join("; ");
  app.addHook("onSend", async (_request, reply) => {
    // What a route says nothing of may be one caller's alone, and go by a cookie, which caches do not look at.
    if (!reply.hasHeader("cache-control")) void reply.header("cache-control", "private, no-cache");
    void reply.headers({
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      ...(frameAncestors.length === 0 && { "x-frame-options": "DENY" }),
    });
  });
}
