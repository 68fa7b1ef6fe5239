import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { hexOf } from "../../src/oci/digest.ts";
import type { HubProcess } from "../hub-process.ts";
import type { TestImage } from "../image-builder.ts";
import { SEARCH_PATH, skipWithout } from "./programs.ts";
import { PLAIN, ROUTES, type OpenRoute, type Route } from "./routes.ts";

export { ADMIN_PASSWORD } from "../hub-process.ts";
export { skipWithout } from "./programs.ts";

const execute = promisify(execFile);

/** A hub, and a folder that clients take for their home, so that no login of the machine is touched. */
export interface Workbench {
  hub: HubProcess;
  /** `127.0.0.1:PORT`, as clients call the hub. */
  host: string;
  isTls: boolean;
  /** The authority to trust, when there is TLS. */
  authority: string;
  home: string;
  environment: NodeJS.ProcessEnv;
  /** Runs a client; @returns its standard output @throws with both outputs when it fails */
  run(program: string, args: string[], input?: string): Promise<string>;
  /** An OCI layout of an image on disk, for `oci:` sources. */
  layout(name: string, image: TestImage): Promise<string>;
  close(): Promise<void>;
}

/** No client's command takes longer; what hangs is ended, so that the test is cleaned up after. */
const COMMAND_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Registers the test of a client, once a route by which it comes to a hub. */
export function testClient(program: string, what: string, use: (bench: Workbench) => Promise<void>): void {
  for (const route of ROUTES) {
    const skip = skipWithout(program, route.program);
    test(`${program} ${what}, through ${route.name}`, { skip }, async () => {
      const bench = await openWorkbench({ route });
      try {
        await use(bench);
      } finally {
        await bench.close();
      }
    });
  }
}

/** @param options.flags of the hub; default none */
export async function openWorkbench({
  route = PLAIN,
  flags = [],
}: { route?: Route; flags?: string[] } = {}): Promise<Workbench> {
  // Short, and lower case throughout: podman takes an OCI layout's path for a name, and bounds its own folder's.
  const home = join(tmpdir(), `hub-${randomBytes(4).toString("hex")}`);
  await mkdir(home);
  await writeFile(join(home, "auth.json"), "{}");
  const open = await route.open({ folder: home, flags });
  const authority = join(home, "data/tls/ca.crt");
  if (route.isTls) await trust(home, { ...open, authority });
  return { ...createBench(home, open), isTls: route.isTls, authority };
}

function createBench(home: string, { hub, host, close }: OpenRoute): Omit<Workbench, "isTls" | "authority"> {
  const environment = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_CACHE_HOME: join(home, ".cache"),
    DOCKER_CONFIG: join(home, "docker"),
    REGISTRY_AUTH_FILE: join(home, "auth.json"),
    PATH: SEARCH_PATH,
  };
  return {
    hub,
    host,
    home,
    environment,
    async run(program, args, input) {
      const child = execute(program, args, {
        env: environment,
        cwd: home,
        timeout: COMMAND_TIMEOUT_MS,
        maxBuffer: MAX_OUTPUT_BYTES,
      });
      child.child.stdin?.end(input);
      const { stdout } = await child.catch((error: Error & { stdout: string; stderr: string }) => {
        throw new Error(`${program} ${args.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error });
      });
      return stdout;
    },
    async layout(name, image) {
      const folder = join(home, name);
      await writeLayout(folder, image);
      return folder;
    },
    async close() {
      await close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** As containers-certs.d(5) has it, which skopeo, podman and buildah read. */
async function trust(home: string, { host, authority }: { host: string; authority: string }): Promise<void> {
  const folder = join(home, ".config/containers/certs.d", host);
  await mkdir(folder, { recursive: true });
  await copyFile(authority, join(folder, "ca.crt"));
}

async function writeLayout(folder: string, image: TestImage): Promise<void> {
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  await writeBlobs(folder, image);
  const entry = { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length };
  await writeFile(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
}

async function writeBlobs(folder: string, image: TestImage): Promise<void> {
  for (const [digest, bytes] of [...image.blobs, [image.digest, image.manifest] as const]) {
    await writeFile(join(folder, "blobs/sha256", hexOf(digest)), bytes);
  }
  for (const child of image.children) await writeBlobs(folder, child);
}
