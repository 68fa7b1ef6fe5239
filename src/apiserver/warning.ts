import type { FastifyReply } from "fastify";

/** A Warning header, which kubectl shows: RFC 7234, as Kubernetes writes it; the same is told once. */
export function warn(reply: FastifyReply, text: string): void {
  const before = [reply.getHeader("warning") ?? []].flat() as string[];
  const line = text.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll(/[^\x20-\x7e]/g, "?");
  reply.header("warning", [...new Set([...before, `299 - "${line}"`])]);
}
