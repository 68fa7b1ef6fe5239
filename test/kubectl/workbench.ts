import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startTestHub, type TestHub } from "../start-hub.ts";

/** The kubectl that .ci/run builds from test/kubectl/client, and the helm that it installs. */
const KUBECTL = process.env["IMAGEHUB_KUBECTL"] ?? join(homedir(), "go/bin/kubectl");
export const HELM = process.env["IMAGEHUB_HELM"] ?? join(homedir(), "go/bin/helm");
/** What hangs is not waited for. */
const TIMEOUT_MS = 60_000;

/** A reason to skip, or false: where programs must be there, a missing one is a failure. */
export function skipWithout(...programs: string[]): string | false {
  const missing = programs.find((program) => !existsSync(program));
  const isRequired = process.env["IMAGEHUB_REQUIRE_CLIENTS"] === "1";
  return !isRequired && missing !== undefined && `${missing} is not there`;
}

export const skip = skipWithout(KUBECTL);
/** For tests that run both. */
export const skipHelm = skipWithout(KUBECTL, HELM);

export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
}

/** A hub with TLS, and kubectl that is configured for its administrator. */
export interface Workbench extends AsyncDisposable {
  hub: TestHub;
  folder: string;
  /** Runs kubectl; fails the test when it fails. @returns what it printed */
  kubectl(args: string[], options?: { input?: string }): Promise<string>;
  /** Runs kubectl, whatever it answers. */
  tryKubectl(args: string[], options?: RunOptions): Promise<Output>;
  /** Runs another program as kubectl would be. */
  tryRun(program: string, args: string[], options?: RunOptions): Promise<Output>;
  /** Starts kubectl and lets it run. */
  start(args: string[]): ChildProcess;
  /** Writes a file into the folder. @returns its path */
  file(name: string, content: string): Promise<string>;
}

export async function openWorkbench(): Promise<Workbench> {
  const hub = await startTestHub({ "listen-tls": "127.0.0.1:0" });
  const folder = await mkdtemp(join(tmpdir(), "imagehub-kubectl-"));
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const kubeconfig = await file("kubeconfig", await downloadKubeconfig(hub, hub.admin));
  const environment = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };

  function start(program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(program, args, { env: { ...environment, ...env }, stdio: "pipe" });
  }

  const tryRun: Workbench["tryRun"] = async (program, args, { input = "", env = {} } = {}) => {
    const child = start(program, args, env);
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    child.stdin?.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      once(child, "close") as Promise<[number | null]>,
    ]);
    clearTimeout(timer);
    return { code: code ?? -1, stdout, stderr };
  };

  const tryKubectl: Workbench["tryKubectl"] = (args, options) => tryRun(KUBECTL, args, options);

  return {
    hub,
    folder,
    file,
    start: (args) => start(KUBECTL, args),
    tryRun,
    tryKubectl,
    async kubectl(args, options) {
      const { code, stdout, stderr } = await tryKubectl(args, options);
      assert.equal(code, 0, `kubectl ${args.join(" ")}: ${stderr || stdout}`);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A kubeconfig for who has these credentials. */
export async function downloadKubeconfig({ url }: TestHub, authorization: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/kubeconfig`, { headers: { authorization } });
  assert.equal(response.status, 200);
  return response.text();
}
