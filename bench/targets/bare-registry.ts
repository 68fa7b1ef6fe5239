import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";

// What any program on Node pays for a push: bodies are received, hashed, written and synced, and nothing is known of
// them. It takes pushes alone, from nobody in particular, and answers each HEAD that there is no such blob.

const [folder = "", port = ""] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

createServer((request, response) => {
  void answer(request).then(({ status, headers = {} }) =>
    response.writeHead(status, { "content-length": 0, ...headers }).end(),
  );
}).listen(Number(port), "127.0.0.1");

async function answer(
  request: IncomingMessage,
): Promise<{ status: number; headers?: Record<string, string> }> {
  switch (request.method) {
    case "POST":
      return { status: 202, headers: { location: `${request.url}${randomUUID()}` } };
    case "PUT":
      await store(request);
      return { status: 201 };
    case "HEAD":
      return { status: 404 };
    default:
      return { status: 200 };
  }
}

async function store(body: AsyncIterable<Buffer>): Promise<void> {
  const path = join(folder, randomUUID());
  const file = await open(path, "wx");
  const hash = createHash("sha256");
  let gathered: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await file.writev(gathered);
    gathered = [];
    bytes = 0;
  };
  for await (const chunk of body) {
    hash.update(chunk);
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes >= WRITE_BYTES) await flush();
  }
  if (bytes > 0) await flush();
  await file.sync();
  await file.close();
  await rename(path, join(folder, hash.digest("hex")));
}

/** As the hub gathers with 16 uploads at once. */
const WRITE_BYTES = 512 * 1024;
