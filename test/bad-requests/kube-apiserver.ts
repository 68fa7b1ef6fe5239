import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Server } from "./server.ts";

/** Where the programs are. */
const KUBE_APISERVER = process.env["KUBE_APISERVER"] ?? "kube-apiserver";
const ETCD = process.env["ETCD"] ?? "etcd";
const TOKEN = "administrator";
const TOKEN_OF_SOMEBODY = "somebody";
const START_TIMEOUT_MS = 120_000;

/** A kube-apiserver and its etcd, on free ports of 127.0.0.1 and with an empty state. */
export async function startKubeApiserver(): Promise<Server & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-kube-apiserver-"));
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const etcd = run(ETCD, etcdFlags({ folder, client, peer }), join(folder, "etcd.log"));
  const apiserver = run(
    KUBE_APISERVER,
    await apiserverFlags({ folder, client, secure }),
    join(folder, "apiserver.log"),
  );
  const server = {
    url: `https://127.0.0.1:${secure}`,
    authorization: `Bearer ${TOKEN}`,
    somebody: `Bearer ${TOKEN_OF_SOMEBODY}`,
  };
  // Its certificate is its own.
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  await untilReady(server, join(folder, "apiserver.log"));
  return {
    ...server,
    /** First kube-apiserver: without etcd it takes long to end. */
    async [Symbol.asyncDispose]() {
      for (const child of [apiserver, etcd]) await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function etcdFlags({ folder, client, peer }: { folder: string; client: number; peer: number }): string[] {
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
  ];
}

async function apiserverFlags({
  folder,
  client,
  secure,
}: {
  folder: string;
  client: number;
  secure: number;
}): Promise<string[]> {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const key = join(folder, "service-accounts.key");
  const tokens = join(folder, "tokens.csv");
  await writeFile(key, privateKey, { mode: 0o600 });
  const lines = [`${TOKEN},admin,1,"system:masters"`, `${TOKEN_OF_SOMEBODY},bob,2`];
  await writeFile(tokens, `${lines.join("\n")}\n`, { mode: 0o600 });
  return [
    `--etcd-servers=http://127.0.0.1:${client}`,
    `--secure-port=${secure}`,
    "--bind-address=127.0.0.1",
    `--cert-dir=${join(folder, "certificates")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${tokens}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.0.0.0/24",
  ];
}

function run(program: string, flags: string[], log: string): ChildProcess {
  const child = spawn(program, flags, { stdio: ["ignore", "pipe", "pipe"] });
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  return child;
}

async function untilReady({ url, authorization }: Server, log: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`, { headers: { authorization } }).catch(() => undefined);
    if (response?.ok) return;
    await delay(500);
  }
  throw new Error(`Cannot start kube-apiserver: ${(await readFile(log, "utf8")).slice(-2000)}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
