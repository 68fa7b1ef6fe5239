import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { digestOf, hexOf } from "../../src/oci/digest.ts";
import { buildImage, buildTar, type TestImage } from "../image-builder.ts";
import { startHubProcess, type HubProcess } from "../hub-process.ts";

export { ADMIN_PASSWORD } from "../hub-process.ts";

const execute = promisify(execFile);

/** A hub, and a folder that clients take for their home, so that no login of the machine is touched. */
export interface Workbench {
  hub: HubProcess;
  home: string;
  /** Runs a client; @returns its standard output @throws with both outputs when it fails */
  run(program: string, args: string[], input?: string): Promise<string>;
  /** An OCI layout of an image on disk, for `oci:` sources. */
  layout(name: string, image: TestImage): Promise<string>;
  close(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  // Short, and lower case throughout: podman takes an OCI layout's path for a name, and bounds its own folder's.
  const home = join(tmpdir(), `hub-${randomBytes(4).toString("hex")}`);
  await mkdir(home);
  await writeFile(join(home, "auth.json"), "{}");
  const hub = await startHubProcess(join(home, "data"));
  const environment = {
    ...process.env,
    HOME: home,
    DOCKER_CONFIG: join(home, "docker"),
    REGISTRY_AUTH_FILE: join(home, "auth.json"),
    PATH: searchPath(),
  };
  return {
    hub,
    home,
    async run(program, args, input) {
      const child = execute(program, args, { env: environment, maxBuffer: 64 * 1024 * 1024 });
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
      assert.equal(await hub.stop(), 0);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A reason to skip a test, or false: where clients must be there, a missing one is a failure. */
export function skipWithout(program: string): string | false {
  if (process.env["IMAGEHUB_REQUIRE_CLIENTS"] === "1") return false;
  return isInstalled(program) ? false : `${program} is not installed`;
}

/** Waits until the hub's page data shows an image; fails after ten seconds. */
export async function waitForImage(
  hub: HubProcess,
  name: string,
): Promise<{ status: { detail: { docs?: string } } }> {
  const url = `${hub.url}/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/images?fieldSelector=${encodeURIComponent(`spec.name=${name}`)}`;
  const deadline = AbortSignal.timeout(10_000);
  for (;;) {
    const { items } = (await (await fetch(url, { signal: deadline })).json()) as {
      items: { status: { detail: { docs?: string } } }[];
    };
    if (items[0]) return items[0];
  }
}

/** An image with a README, told apart by a text, that real clients can unpack. */
export async function readmeImage(text: string, config: Record<string, unknown> = {}): Promise<TestImage> {
  const files = { "etc/": "", "etc/app.conf": text, "README.md": `# ${text}\n` };
  const diffIds = [digestOf(await buildTar(files))];
  return buildImage({
    layers: [{ files }],
    config: { ...config, rootfs: { type: "layers", diff_ids: diffIds } },
  });
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

/** Programs that Go installs are found without being on PATH. */
function searchPath(): string {
  return [process.env["PATH"] ?? "", "/usr/sbin", join(homedir(), "go/bin")].join(delimiter);
}

function isInstalled(program: string): boolean {
  return searchPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
