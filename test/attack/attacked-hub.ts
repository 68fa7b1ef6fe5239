import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { startHubProcess, type HubProcess } from "../hub-process.ts";
import { buildImage } from "../image-builder.ts";
import { bearer, pushImage } from "../registry-client.ts";

/**
 * An idle hub takes some 140 MiB; eight manifests of 4 MiB at once, of 190,000 values each, bring it to 330, two hundred
 * that are held in part to 370, and a layer that unpacks a thousandfold after them to as much as 430. SECURITY.md says
 * 512.
 */
const MAX_MEMORY_MIB = 490;
/** A push and a pull take some 50 ms alone; under attack they come through, if more slowly. */
const MAX_ROUND_MS = 15_000;

export interface AttackedHub extends HubProcess {
  /** Authorization of a token for every repository that the attacks use. */
  token: string;
  /**
   * Runs an attack while another client pushes and pulls, again and again. Fails when that client does, or waits too
   * long, or when the hub ends, fails inside, or takes more memory than it may.
   */
  during<T>(attack: () => Promise<T>): Promise<T>;
}

/** A hub in a process of its own, stopped and removed after the file's tests. */
export async function startAttackedHub(): Promise<AttackedHub> {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-attack-"));
  const hub = await startHubProcess(folder, { flags: ["--log-level", "warn"] });
  after(async () => {
    assert.equal(await hub.stop(), 0);
    await rm(folder, { recursive: true });
  });
  const scopes = ["attack/one", "attack/two", "other/app"].map(
    (name) => `repository:${name}:pull,push,delete`,
  );
  const token = await bearer(hub, scopes, hub.admin);
  return {
    ...hub,
    token,
    async during(attack) {
      const other = startOtherClient({ ...hub, token });
      try {
        return await attack();
      } finally {
        await other.stop();
        assertUnharmed(hub);
      }
    },
  };
}

/** Pushes an image and pulls it, one after the other, until it is stopped; one round at least begins after the attack did. */
function startOtherClient(hub: HubProcess & { token: string }): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    do await pushAndPull(hub);
    while (!stopping.signal.aborted);
    await pushAndPull(hub);
  })();
  running.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

let round = 0;

async function pushAndPull(hub: HubProcess & { token: string }): Promise<void> {
  const startedAt = performance.now();
  round += 1;
  const image = await buildImage({ layers: [{ files: { "README.md": `# Round ${round}` } }] });
  const headers = { authorization: hub.token };
  await pushImage(hub, image, { repository: "other/app", reference: "v1", authorization: hub.token });
  for (const [path, expected] of [
    ["manifests/v1", image.manifest],
    ...[...image.blobs].map(([digest, bytes]) => [`blobs/${digest}`, bytes] as const),
  ] as const) {
    const response = await fetch(`${hub.url}/v2/other/app/${path}`, { headers });
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(expected), path);
  }
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < MAX_ROUND_MS, `another client's push and pull took ${tookMs} ms`);
}

function assertUnharmed(hub: HubProcess): void {
  assert.equal(hub.process.exitCode, null, hub.output());
  assert.equal(/.*"level":(?:50|60).*/.exec(hub.output())?.[0].slice(0, 600), undefined);
  const peakMib = peakMemoryMib(hub.process.pid ?? 0);
  assert.ok(peakMib < MAX_MEMORY_MIB, `the hub took ${peakMib} MiB, expected less than ${MAX_MEMORY_MIB}`);
}

/** The most that a process has held so far; 0 where the system does not tell. */
export function peakMemoryMib(pid: number): number {
  if (process.platform !== "linux") return 0;
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kib) / 1024);
}

/** Runs work for each item, some at once. @returns what each gave, in their order */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  atOnce = 16,
): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
