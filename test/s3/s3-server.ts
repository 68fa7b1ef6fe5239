import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real S3 server on a folder of its own. */
export interface S3Server {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  /** The folder that a bucket's objects lie in. */
  bucketFolder: string;
  /** A storage's URL in the bucket `hub`. */
  storageUrl(prefix: string, parameters?: Record<string, string>): string;
  /** The server's process. */
  stop(): Promise<void>;
}

const PROGRAM = "versitygw";
const BUCKET = "hub";

/** Whether there is a server to run; it must be there when IMAGEHUB_REQUIRE_S3 is set. */
export const skip: string | false = findSkip();

/** What SDKs and clients of S3 look for. */
export const S3_ENVIRONMENT = { AWS_ACCESS_KEY_ID: "imagehub", AWS_SECRET_ACCESS_KEY: "a secret of tests" };

/** Starts versitygw, and gives this process its credentials. */
export async function startS3Server(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-s3-"));
  const bucketFolder = join(folder, BUCKET);
  await mkdir(bucketFolder);
  Object.assign(process.env, S3_ENVIRONMENT);
  const port = await freePort();
  const child = spawn(PROGRAM, ["--port", `127.0.0.1:${port}`, "--quiet", "--keep-alive", "posix", folder], {
    env: {
      ...process.env,
      ROOT_ACCESS_KEY: S3_ENVIRONMENT.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_KEY: S3_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
    },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  await Promise.race([
    answers(port),
    exited.then(([code]) => Promise.reject(new Error(`versitygw ended with ${code}`))),
  ]);
  exited.catch(() => undefined);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    bucketFolder,
    storageUrl: (prefix, parameters = {}) =>
      `s3://${BUCKET}/${prefix}?${new URLSearchParams({ endpoint, ...parameters })}`,
    async stop() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findSkip(): string | false {
  if (spawnSync(PROGRAM, ["--version"]).status === 0) return false;
  if (process.env["IMAGEHUB_REQUIRE_S3"]) throw new Error("Cannot test S3: versitygw is not on the PATH");
  return "versitygw is not on the PATH";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when the server takes connections: it says so nowhere else. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(LOOK_EVERY_MS);
  }
}

const LOOK_EVERY_MS = 20;
