import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import type { Job, JobList } from "../src/api/contract/jobs.ts";
import { digestOf } from "../src/oci/digest.ts";
import { ADMIN_PASSWORD, startHubProcess, type HubProcess } from "./hub-process.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushBlob, pushImage } from "./registry-client.ts";

/** A command waits for its job: where that never ends, a test ends here. */
const limits = { timeout: 60_000 };

const root = await mkdtemp(join(tmpdir(), "imagehub-commands-"));
const data = join(root, "hub");
const PROGRAM = join(import.meta.dirname, "../bin/imagehub");
const flags = ["--gc-interval", "off"];
const garbage = Buffer.alloc(1_234_567, "x");
let hub = await startWithGarbage();
after(async () => {
  await hub.kill();
  await rm(root, { recursive: true });
});

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

interface Circumstances {
  environment?: Record<string, string>;
  input?: string;
}

function begin(args: string[], { environment = {}, input = "" }: Circumstances = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("IMAGEHUB_"));
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...environment },
  });
  child.stdin.end(input);
  /** Resolves when it has told something on standard error. */
  const told = once(child.stderr, "readable");
  const ran = Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]): Ran => ({ code: code as number | null, out, err }),
  );
  return { child, ran, told };
}

const run = (args: string[], circumstances?: Circumstances) => begin(args, circumstances).ran;

/** Command → what it says. */
const REFUSALS: [string, () => string[], Circumstances, RegExp][] = [
  [
    "no hub",
    () => ["gc"],
    {},
    /none runs on .*\/data; name its data folder with --data, or its address with --hub/,
  ],
  [
    "a hub that is no URL",
    () => ["gc", "--hub", "localhost"],
    {},
    /Cannot take --hub "localhost": expected a URL/,
  ],
  [
    "a hub that is away",
    () => ["gc", "--hub", "http://127.0.0.1:1"],
    {},
    /Cannot reach the hub at http:\/\/127.0.0.1:1: .*is it running/,
  ],
  ["nobody", () => ["gc", "--hub", hub.url], {}, /log in as an administrator.*--user NAME/],
  [
    "a wrong password",
    () => ["gc", "--hub", hub.url, "--user", "admin", "--password-stdin"],
    { input: "wrong\n" },
    /password is wrong/,
  ],
  [
    "no password",
    () => ["gc", "--hub", hub.url, "--user", "admin"],
    {},
    /--password-stdin, or in IMAGEHUB_PASSWORD/,
  ],
  [
    "a password of nobody",
    () => ["gc", "--hub", hub.url, "--password-stdin"],
    {},
    /name the user with --user/,
  ],
  ["an unknown token", () => ["gc", "--hub", hub.url], { environment: { IMAGEHUB_TOKEN: "x" } }, /token/],
  ["a job that is not there", () => ["jobs", "cancel", "999", "--data", data], {}, /Cannot find job 999/],
  [
    "a job that is no number",
    () => ["jobs", "cancel", "../me", "--data", data],
    {},
    /Cannot cancel job "\.\.\/me": expected a job's number; imagehub jobs lists them\n$/,
  ],
  ["a page that is no number", () => ["jobs", "--limit", "many", "--data", data], {}, /limit/],
];

for (const [what, args, circumstances, message] of REFUSALS) {
  test(`a command with ${what} says what to do, and ends with 1`, limits, async () => {
    const { code, out, err } = await run(args(), circumstances);
    assert.deepEqual([code, out], [1, ""], err);
    assert.match(err, /^imagehub: /);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n +at |\.ts:/);
  });
}

test("gc --dry-run tells what would go, and gc takes it", limits, async () => {
  for (const [args, title, end] of [
    [["--dry-run"], "Would go", "That would free 1.2 MB.\nNext: imagehub gc"],
    [[], "Collected", "Freed 1.2 MB.\nNext: nothing; the hub goes on to collect by itself"],
  ] as const) {
    const { code, out, err } = await run(["gc", ...args, "--data", data]);
    assert.equal(code, 0, err);
    // It tells that it runs where it takes a while.
    assert.match(err, /^(?:job \d+ \w+\n)*$/);
    const lines = [
      `${title}:`,
      "  1  blobs that a repository no longer has",
      "  1  blobs                                  1.2 MB",
      end,
    ];
    assert.equal(out, `${lines.join("\n")}\n`);
  }
  const { out } = await run(["gc", "--data", data]);
  assert.match(out, /^There was nothing to collect\.\nWhat no tag names is kept for 30 days/);
});

test(
  "gc --json prints the job, and credentials may come by environment or standard input",
  limits,
  async () => {
    const environment = { IMAGEHUB_HUB: hub.url, IMAGEHUB_USER: "admin", IMAGEHUB_PASSWORD: ADMIN_PASSWORD };
    const first = await run(["gc", "--dry-run", "--json"], { environment });
    assert.equal(first.code, 0, first.err);
    const job = JSON.parse(first.out) as Job;
    assert.deepEqual(
      [job.kind, job.state, job.startedBy, job.result?.["dryRun"]],
      ["gc", "succeeded", "admin", true],
    );
    const login = ["--hub", `${hub.url}/`, "--user", "admin", "--password-stdin"];
    const second = await run(["jobs", "--json", "--limit", "1", ...login], { input: `${ADMIN_PASSWORD}\n` });
    assert.equal(second.code, 0, second.err);
    assert.deepEqual((JSON.parse(second.out) as JobList).items, [job]);
  },
);

test("the operator token goes to the hub on the data folder alone", limits, async () => {
  const { code, err } = await run(["jobs", "--hub", hub.url, "--data", data]);
  assert.equal(code, 1);
  assert.match(err, /log in/);
});

test("jobs lists jobs, and cancel ends one that runs", limits, async () => {
  const check = begin(["check", ...SLOWLY, "--data", data]);
  const { id } = await runningJob();
  const list = await run(["jobs", "--data", data]);
  assert.match(list.out, /^ID +KIND +STATE +BEGAN +TOOK +STARTED BY\n/);
  assert.match(list.out, new RegExp(`\n${id} +check +running .* admin`));
  const cancel = await run(["jobs", "cancel", String(id), "--data", data]);
  assert.deepEqual(
    [cancel.code, cancel.out],
    [0, `Job ${id} ends soon; what it had done is done. Next: imagehub jobs\n`],
    cancel.err,
  );
  const { code, err } = await check.ran;
  assert.equal(code, 1);
  assert.match(err, new RegExp(`imagehub: Job ${id} \\(check\\) was cancelled`));
  const again = await run(["jobs", "cancel", String(id), "--data", data]);
  assert.match(again.err, /it has ended, cancelled/);
});

test("Ctrl-C cancels the job of a command", limits, async () => {
  const check = begin(["check", ...SLOWLY, "--data", data]);
  const { id } = await runningJob();
  check.child.kill("SIGINT");
  const { code, err } = await check.ran;
  assert.equal(code, 1);
  assert.match(err, new RegExp(`Cancelling job ${id}.*\n.*was cancelled`, "s"));
});

test(
  "a job whose hub was killed is interrupted at the next start, and its command says that the hub is away",
  limits,
  async () => {
    const check = begin(["check", ...SLOWLY, "--data", data]);
    const { id } = await runningJob();
    // It follows the job then, and knows which it is.
    await check.told;
    await hub.kill();
    const { code, err } = await check.ran;
    assert.equal(code, 1);
    assert.match(err, new RegExp(`Cannot reach the hub.*imagehub jobs tells what becomes of job ${id}`));

    hub = await startHubProcess(data, { flags });
    const [job] = await jobs();
    assert.deepEqual([job?.id, job?.state, job?.error], [id, "interrupted", "The hub that ran it has ended"]);
  },
);

test("what a killed hub left in its data folder leads nowhere, and says so", limits, async () => {
  const left = await mkdtemp(join(root, "left-"));
  await writeFile(
    join(left, "hub.json"),
    JSON.stringify({ url: "http://127.0.0.1:1", tlsUrl: null, pid: 1 }),
  );
  const withoutToken = await run(["gc", "--data", left]);
  assert.match(
    withoutToken.err,
    /Cannot read .*operator-token: ENOENT; run this as the hub's own user, or log in/,
  );
  await writeFile(join(left, "operator-token"), "iho_old\n");
  assert.match((await run(["gc", "--data", left])).err, /is it running/);
});

test("settings of commands in the environment do not keep a hub from starting", limits, async () => {
  const other = await startHubProcess(join(root, "other"), {
    environment: { IMAGEHUB_HUB: hub.url, IMAGEHUB_USER: "a", IMAGEHUB_PASSWORD: "b", IMAGEHUB_TOKEN: "c" },
  });
  assert.equal(await other.stop(), 0);
});

/** A hub with an image, and a blob that nothing names and whose time is over. */
async function startWithGarbage(): Promise<HubProcess> {
  const first = await startHubProcess(data, { flags });
  const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
  await pushImage(first, image, { repository: "org/app", reference: "v1" });
  const authorization = await bearer(first, ["repository:org/app:pull,push"], first.admin);
  const digest = digestOf(garbage);
  await pushBlob(first, { repository: "org/app", digest, bytes: garbage, authorization });
  await first.stop();
  const database = new DatabaseSync(join(data, "hub.db"));
  database.prepare("UPDATE blobs SET grace_until = 0 WHERE digest = ?").run(digest);
  database.close();
  return startHubProcess(data, { flags });
}

/** A check of what the test has pushed takes minutes so. */
const SLOWLY = ["--rate", "1B"];

async function jobs(): Promise<Job[]> {
  const response = await fetch(`${hub.url}/api/v1/jobs`, { headers: { authorization: hub.admin } });
  return ((await response.json()) as JobList).items;
}

async function runningJob(): Promise<Job> {
  for (;;) {
    const [newest] = await jobs();
    if (newest?.state === "running") return newest;
  }
}
