import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";

/** Smaller answers are sent as fast as they are packed. */
const MIN_LENGTH = 16 * 1024;
/** As kube-apiserver: most of what packing gains, at a third of its cost. */
const LEVEL = constants.Z_BEST_SPEED;

const pack = promisify(gzip);

/** Packs large answers for clients that take gzip; watches are streams, and go as they are. */
export function compressAnswers(api: FastifyInstance): void {
  api.addHook("onSend", async (request, reply, payload: unknown) => {
    if (typeof payload !== "string" || payload.length < MIN_LENGTH) return payload;
    reply.header("vary", "Accept, Accept-Encoding");
    if (!takesGzip(request.headers["accept-encoding"])) return payload;
    reply.header("content-encoding", "gzip").removeHeader("content-length");
    return pack(payload, { level: LEVEL });
  });
}

function takesGzip(header: string | string[] | undefined): boolean {
  return /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(
    String(header ?? ""),
  );
}
