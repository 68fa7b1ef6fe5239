import { once } from "node:events";
import { connect } from "node:net";
import { pushBlob } from "../load/client.ts";
import { connectToNew, secondsSince } from "../load/connections.ts";
import { bigBlob } from "../load/content.ts";
import { BIG_BLOB_MEBIBYTES } from "./push-blob.ts";
import type { Workload } from "./workload.ts";

export const pullOneBlob: Workload = {
  name: "pull-blob",
  title: `pull of one ${BIG_BLOB_MEBIBYTES} MiB blob`,
  unit: "MiB/s",
  better: "more",
  async measure(target) {
    const blob = bigBlob(BIG_BLOB_MEBIBYTES);
    const client = await connectToNew(target, "pull");
    await pushBlob(client, blob);
    client.agent.destroy();
    const path = `/v2/${client.repository}/blobs/${blob.digest}`;
    // The first time warms what it has to, on each target alike.
    await download(client.url, { path, ...client.authorization, sizeBytes: blob.sizeBytes });
    const started = performance.now();
    await download(client.url, { path, ...client.authorization, sizeBytes: blob.sizeBytes });
    return BIG_BLOB_MEBIBYTES / secondsSince(started);
  },
};

/** Reads into one buffer and counts: an HTTP client in JavaScript would be slower than what it measures. */
async function download(
  url: string,
  { path, authorization, sizeBytes }: { path: string; authorization?: string; sizeBytes: number },
): Promise<void> {
  const { hostname, port } = new URL(url);
  let received = 0;
  let head = "";
  const socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer: Buffer.alloc(256 * 1024),
      callback(length, buffer) {
        if (received === 0) {
          head = Buffer.from(buffer.buffer, buffer.byteOffset, Math.min(length, 1024)).toString("latin1");
        }
        received += length;
        return true;
      },
    },
  });
  const token = authorization === undefined ? "" : `Authorization: ${authorization}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${token}Connection: close\r\n\r\n`);
  await once(socket, "close");
  if (!head.startsWith("HTTP/1.1 200 ") || received < sizeBytes) {
    throw new Error(`Cannot pull: ${received} bytes came, after ${JSON.stringify(head.slice(0, 100))}`);
  }
}
