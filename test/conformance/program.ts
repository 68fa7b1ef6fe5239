import { execFile, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { promisify } from "node:util";
import type { HubProcess } from "../hub-process.ts";
import { ADMIN_PASSWORD } from "../hub-process.ts";

const MODULE = "github.com/opencontainers/distribution-spec/conformance";
const VERSION = "v0.0.0-20260831232431-97274622c111";

/** Every API that the program can leave out, by the name of its variable. */
export const API_SWITCHES = [
  "PULL",
  "PUSH",
  "BLOBS_ATOMIC",
  "BLOBS_DELETE",
  "BLOBS_DIGEST_HEADER",
  "BLOBS_MOUNT_ANONYMOUS",
  "BLOBS_UPLOAD_CANCEL",
  "MANIFESTS_ATOMIC",
  "MANIFESTS_DELETE",
  "MANIFESTS_DIGEST_HEADER",
  "MANIFESTS_TAG_PARAM",
  "TAGS_ATOMIC",
  "TAGS_DELETE",
  "TAGS_LIST",
  "REFERRER",
] as const;

/** Every kind of content that the program can leave out. */
export const DATA_SWITCHES = [
  "IMAGE",
  "INDEX",
  "INDEX_LIST",
  "SPARSE",
  "ARTIFACT",
  "SUBJECT",
  "SUBJECT_MISSING",
  "ARTIFACT_LIST",
  "SUBJECT_LIST",
  "DATA_FIELD",
  "NONDISTRIBUTABLE",
  "CUSTOM_FIELDS",
  "NO_LAYERS",
  "EMPTY_BLOB",
  "SHA512",
] as const;
export type DataSwitch = (typeof DATA_SWITCHES)[number];

/** The OCI conformance program, built by Go when the version wanted is not there yet. @returns its path */
export async function buildConformanceProgram(): Promise<string> {
  const path = join(await installFolder(), "conformance");
  const { stdout } = await run("go", ["version", "-m", path]).catch(() => ({ stdout: "" }));
  if (!stdout.includes(`\t${MODULE}\t${VERSION}\t`)) await run("go", ["install", `${MODULE}@${VERSION}`]);
  return path;
}

/** Runs the program against a hub, as its administrator, with every switch on but those of `without`. @returns its report */
export async function runConformance(
  program: string,
  { hub, folder, without = [] }: { hub: HubProcess; folder: string; without?: readonly DataSwitch[] },
): Promise<string> {
  const switches = [
    ...API_SWITCHES.map((name) => [`OCI_API_${name}`, "true"]),
    ...DATA_SWITCHES.map((name) => [`OCI_DATA_${name}`, String(!without.includes(name))]),
  ];
  const child = spawn(program, {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      OCI_REGISTRY: hub.host,
      OCI_TLS: "disabled",
      OCI_REPO1: "conformance/repo1",
      OCI_REPO2: "conformance/repo2",
      OCI_USERNAME: "admin",
      OCI_PASSWORD: ADMIN_PASSWORD,
      OCI_RESULTS_DIR: join(folder, "results"),
      OCI_LOG: "error",
      ...Object.fromEntries(switches),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return text(child.stdout);
}

/** What of a report is not `Pass`, with its reasons; `Disabled` is what was left out on purpose. */
export function shortcomings(report: string): string[] {
  const found: string[] = [];
  let isShort = false;
  for (const line of report.split("\n")) {
    const status = /^ *OCI Conformance Test[^:]*: (\w+)$/.exec(line)?.[1];
    if (status !== undefined) isShort = status !== "Pass";
    else if (!line.startsWith(" ")) isShort = false;
    if (isShort) found.push(line.trim());
  }
  return found;
}

/** The counts that a report ends with, such as `Pass` and `Total`. */
export function countsOf(report: string): Map<string, number> {
  const lines = report.matchAll(/^ {2}(Disabled|Skip|Pass|FAIL|Error|Total)\.+: +(\d+)$/gm);
  return new Map([...lines].map(([, name = "", count]) => [name, Number(count)]));
}

const run = promisify(execFile);

async function installFolder(): Promise<string> {
  const { stdout } = await run("go", ["env", "GOBIN", "GOPATH"]);
  const [bin = "", path = ""] = stdout.split("\n");
  return bin === "" ? join(path, "bin") : bin;
}
