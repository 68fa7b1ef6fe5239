import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestImage } from "../image-builder.ts";
import { SEARCH_PATH } from "./programs.ts";

/** A registry of the `distribution` project, which anybody may use. */
export interface Distribution {
  url: string;
  /** Its rootdirectory. */
  storage: string;
  /** Pushes an image with all that it names; it has a tag, or its digest alone. */
  push(image: TestImage, options: { repository: string; reference: string }): Promise<void>;
  stop(): Promise<void>;
}

/** @param program `docker-registry`, which is version 2, or `registry`, which is version 3 */
export async function startDistribution(program: string, folder: string): Promise<Distribution> {
  const storage = join(folder, "storage");
  const file = join(folder, "config.yml");
  await mkdir(storage, { recursive: true });
  await writeFile(file, configuration(storage));
  const child = spawn(program, ["serve", file], {
    // Version 3 sends traces to port 4318 unless it is told not to.
    env: { ...process.env, PATH: SEARCH_PATH, OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.resume();
  const exited = once(child, "exit");
  const url = await addressIn(createInterface({ input: child.stderr }));
  child.stderr.resume();
  return {
    url,
    storage,
    push: (image, options) => push(url, image, options),
    async stop() {
      child.kill();
      await exited;
    },
  };
}

function configuration(storage: string): string {
  return `version: 0.1
log:
  level: info
  formatter: text
storage:
  filesystem:
    rootdirectory: ${JSON.stringify(storage)}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:0
`;
}

/** Both versions log where they listen. */
async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address !== undefined) return `http://${address}`;
  }
  throw new Error("The registry ended before it listened");
}

async function push(
  url: string,
  image: TestImage,
  { repository, reference }: { repository: string; reference: string },
): Promise<void> {
  for (const child of image.children) await push(url, child, { repository, reference: child.digest });
  for (const [digest, bytes] of image.blobs) {
    const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: "POST" });
    const location = new URL(begun.headers.get("location") ?? "", url);
    location.searchParams.set("digest", digest);
    await expectCreated(await fetch(location, { method: "PUT", body: Buffer.from(bytes) }));
  }
  const headers = { "content-type": image.mediaType };
  const manifest = `${url}/v2/${repository}/manifests/${reference}`;
  await expectCreated(await fetch(manifest, { method: "PUT", headers, body: Buffer.from(image.manifest) }));
}

async function expectCreated(response: Response): Promise<void> {
  assert.equal(response.status, 201, await response.text());
}
