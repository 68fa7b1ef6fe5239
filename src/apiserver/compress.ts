import { pipeline, type Readable } from "node:stream";
import { promisify } from "node:util";
import { constants, createGzip, gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply } from "fastify";

/** Smaller answers are sent as fast as they are packed. */
const MIN_LENGTH = 16 * 1024;
/** As kube-apiserver: most of what packing gains, at a third of its cost. */
const LEVEL = constants.Z_BEST_SPEED;

const pack = promisify(gzip);

/** Packs large answers for clients that take gzip; streams go as they are. */
export function compressAnswers(api: FastifyInstance): void {
  api.addHook("onSend", async (_request, reply, payload: unknown) => {
    if (typeof payload !== "string" || payload.length < MIN_LENGTH) return payload;
    if (!isPacked(reply)) return payload;
    reply.removeHeader("content-length");
    return pack(payload, { level: LEVEL });
  });
}

/** A large answer that is a stream, packed for a client that takes gzip. One that fails fails for the client too. */
export function packed(reply: FastifyReply, stream: Readable): Readable {
  if (!isPacked(reply)) return stream;
  // Whoever sends what this returns hears of a failure.
  return pipeline(stream, createGzip({ level: LEVEL }), () => undefined);
}

/** Whether an answer is packed; its headers say so. */
function isPacked(reply: FastifyReply): boolean {
  reply.header("vary", "Accept, Accept-Encoding");
  const isWanted = takesGzip(reply.request.headers["accept-encoding"]);
  if (isWanted) reply.header("content-encoding", "gzip");
  return isWanted;
}

function takesGzip(header: string | string[] | undefined): boolean {
  return /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(
    String(header ?? ""),
  );
}
