import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { digestOf } from "../src/oci/digest.ts";
import { spawnHub, startHubProcess, type HubProcess } from "./hub-process.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { basic } from "./start-hub.ts";

const root = await mkdtemp(join(tmpdir(), "imagehub-start-"));
const started: HubProcess[] = [];
after(async () => {
  await Promise.all(started.map((hub) => hub.stop()));
  await rm(root, { recursive: true, force: true });
});

/** As on a Node that cannot become another program. */
const OLD_NODE = [
  process.execPath,
  "--import=data:text/javascript,delete process.execve",
  join(import.meta.dirname, "../bin/imagehub"),
];

test("bin/imagehub starts a hub, makes a password, shows it once, and ends with what the hub ends with", async () => {
  const data = join(root, "first");
  const first = await start(data, { program: OLD_NODE, environment: {} });
  const told = JSON.parse(await readFile(join(data, "hub.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([told["url"], told["tlsUrl"]], [first.url, null]);
  assert.notEqual(told["pid"], first.process.pid);
  await waitForOutput(first, "or with skopeo");
  const password = /password (\S+)/.exec(first.output())?.[1] ?? "";
  assert.ok(password.length >= 20, first.output());
  assert.ok(first.output().includes(`docker login ${first.host} -u admin`));
  assert.deepEqual(await whoIs(first, password), { name: "admin", administrator: true });
  assert.equal(await first.stop(), 0);
  assert.equal(existsSync(join(data, "hub.json")), false);

  const second = await start(data, { environment: {} });
  const { pid } = JSON.parse(await readFile(join(data, "hub.json"), "utf8")) as { pid: number };
  assert.equal(pid, second.process.pid);
  assert.deepEqual(await whoIs(second, password), { name: "admin", administrator: true });
  await second.stop();
  assert.doesNotMatch(second.output(), /password/);
});

test("a password that the operator set is neither shown nor changed by a later start", async () => {
  const data = join(root, "set");
  const first = await start(data, { environment: { IMAGEHUB_ADMIN_PASSWORD: "of the operator" } });
  await first.stop();
  const second = await start(data, { environment: { IMAGEHUB_ADMIN_PASSWORD: "another one" } });
  assert.equal((await whoIs(second, "of the operator")).name, "admin");
  await second.stop();
  assert.doesNotMatch(first.output() + second.output(), /of the operator|another one/);
});

test("what stands in the way of a start is explained, with the flag that helps", async () => {
  const hub = await start(join(root, "held"), { flags: ["--listen-tls", "127.0.0.1:0"] });
  const { tlsUrl, pid } = JSON.parse(await readFile(join(root, "held/hub.json"), "utf8")) as {
    tlsUrl: string;
    pid: number;
  };
  assert.match(tlsUrl, /^https:\/\/127\.0\.0\.1:\d+$/);
  const taken = new URL(tlsUrl).host;
  const failures: [string[], RegExp][] = [
    [
      ["--listen", hub.host, "--data", join(root, "a")],
      new RegExp(`^imagehub: Cannot listen on ${hub.host}: .*--listen 127`, "m"),
    ],
    [
      ["--listen", "127.0.0.1:0", "--listen-tls", taken, "--data", join(root, "b")],
      new RegExp(`^imagehub: Cannot listen on ${taken}: .*--listen-tls 127`, "m"),
    ],
    [
      ["--listen", "127.0.0.1:0", "--data", join(root, "held")],
      new RegExp(
        `^imagehub: Cannot use data folder .*/held: the hub with process id ${pid} at ${hub.url} works`,
        "m",
      ),
    ],
    [["--lisen", "x"], /unknown option '--lisen'.*\n.*Did you mean --listen\?/],
    [["--log-level", "loud"], /^imagehub: Cannot take log-level "loud"/],
    [
      ["--listen", "127.0.0.1:0", "--data", "/dev/null/x"],
      /^imagehub: Cannot use data folder \/dev\/null\/x/,
    ],
  ];
  const results = await Promise.all(failures.map(([flags]) => run(["serve", ...flags])));
  for (const [index, { code, errors }] of results.entries()) {
    assert.match(errors, failures[index]?.[1] ?? /never/);
    assert.doesNotMatch(errors, /\n {4}at /);
    assert.equal(code, 1);
  }
  // The hub that was there is none the worse.
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 200);
  assert.equal(await hub.stop(), 0);
});

test("SIGTERM lets a running upload end, takes no new connection and ends watches", async () => {
  const hub = await start(join(root, "stopped"));
  await pushImage(hub, await buildImage(), { repository: "org/app", reference: "v1" });
  const bytes = Buffer.alloc(200_000, "x");
  const upload = beginUpload(hub, digestOf(bytes));
  upload.write(bytes.subarray(0, 100_000));
  await once(upload, "continue");
  const watch = await fetch(`${hub.url}/apis/imagehub.sealos.io/v1/images?watch=true`);
  const watched = watch.text();

  hub.process.kill("SIGTERM");
  await waitForOutput(hub, '"msg":"stopping"');
  const refused = connect(Number(new URL(hub.url).port), "127.0.0.1");
  await assert.rejects(once(refused, "connect"), { code: "ECONNREFUSED" });
  await watched;
  upload.end(bytes.subarray(100_000));
  const [response] = (await once(upload, "response")) as [IncomingMessage];
  await text(response);
  assert.equal(response.statusCode, 201);
  assert.equal(await hub.exited, 0);

  const again = await start(join(root, "stopped"));
  const kept = await fetch(`${again.url}/v2/org/app/blobs/${digestOf(bytes)}`, {
    headers: { authorization: again.admin },
  });
  assert.deepEqual(Buffer.from(await kept.arrayBuffer()), bytes);
  assert.equal(await again.stop(), 0);
});

test("after SIGKILL the next hub on the folder starts, and tells its own address", async () => {
  const data = join(root, "killed");
  const killed = await start(data);
  await pushImage(killed, await buildImage(), { repository: "org/app", reference: "v1" });
  await killed.kill();
  assert.ok(existsSync(join(data, "hub.json")));
  const next = await start(data);
  const response = await fetch(`${next.url}/v2/org/app/manifests/v1`, {
    headers: { authorization: next.admin },
  });
  assert.equal(response.status, 200);
  assert.equal(await next.stop(), 0);
});

/** Starts a hub that ends with this file, whatever fails. */
async function start(...args: Parameters<typeof startHubProcess>): Promise<HubProcess> {
  const hub = await startHubProcess(...args);
  started.push(hub);
  return hub;
}

async function whoIs(hub: HubProcess, password: string): Promise<{ name: string; administrator: boolean }> {
  const response = await fetch(`${hub.url}/api/v1/me`, {
    headers: { authorization: basic("admin", password) },
  });
  assert.equal(response.status, 200);
  const { name, administrator } = (await response.json()) as { name: string; administrator: boolean };
  return { name, administrator };
}

async function waitForOutput(hub: HubProcess, part: string): Promise<void> {
  const { stdout, stderr } = hub.process;
  assert.ok(stdout && stderr);
  while (!hub.output().includes(part)) await Promise.race([once(stdout, "data"), once(stderr, "data")]);
}

async function run(args: string[]): Promise<{ code: number | null; errors: string }> {
  const child = spawnHub(args);
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "exit"), text(child.stdout)]);
  return { code: code as number | null, errors };
}

/** An upload in one request, whose body is asked for when the hub begins to read it. */
function beginUpload(hub: HubProcess, digest: string): ClientRequest {
  const request = httpRequest(`${hub.url}/v2/org/app/blobs/uploads/?digest=${digest}`, {
    method: "POST",
    headers: { authorization: hub.admin, "content-length": 200_000, expect: "100-continue" },
  });
  request.flushHeaders();
  return request;
}
