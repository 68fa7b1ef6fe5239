import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Job, JobList } from "../src/api/contract/jobs.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal", "gc-interval": "off" });
after(() => hub.stop());
await hub.context.accounts.register({ name: "alice", password: "correct horse battery" });
const operatorToken = (await readFile(join(hub.dataFolder, "operator-token"), "utf8")).trim();
const operator = `Bearer ${operatorToken}`;

interface Asked {
  method?: string;
  credentials?: string;
  body?: unknown;
}

async function ask(path: string, { method = "GET", credentials = hub.admin, body }: Asked = {}) {
  const response = await fetch(hub.url + path, {
    method,
    headers: {
      ...(credentials !== "" && { authorization: credentials }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === "" ? {} : JSON.parse(text),
  };
}

const start = (body: unknown) => ask("/api/v1/jobs", { method: "POST", body });

/** Request → status, field and what the detail says. */
const PROBLEMS: [string, Asked, number, string | undefined, RegExp][] = [
  ["/api/v1/jobs", { credentials: "" }, 401, undefined, /log in as an administrator/],
  ["/api/v1/jobs/1", { credentials: "" }, 401, undefined, /log in/],
  ["/api/v1/jobs", { method: "POST", credentials: "", body: { kind: "gc" } }, 401, undefined, /log in/],
  ["/api/v1/jobs/1", { method: "DELETE", credentials: "" }, 401, undefined, /log in/],
  ["/api/v1/jobs", { credentials: alice() }, 403, undefined, /alice is no administrator/],
  ["/api/v1/jobs/1", { credentials: alice() }, 403, undefined, /alice/],
  ["/api/v1/jobs", { method: "POST", credentials: alice(), body: { kind: "gc" } }, 403, undefined, /alice/],
  ["/api/v1/jobs/1", { method: "DELETE", credentials: alice() }, 403, undefined, /alice/],
  ["/api/v1/jobs", { credentials: `${operator}x` }, 401, undefined, /token/],
  ["/api/v1/jobs/999", {}, 404, undefined, /job 999/],
  ["/api/v1/jobs/999", { method: "DELETE" }, 404, undefined, /job 999/],
  ["/api/v1/jobs/abc", {}, 400, "id", /id/],
  ["/api/v1/jobs?limit=0", {}, 400, "limit", /limit/],
  ["/api/v1/jobs?continue=x", {}, 400, "continue", /continue/],
  ["/api/v1/jobs?kinds=gc", {}, 400, "kinds", /there is no kinds/],
  ["/api/v1/jobs", { method: "POST", body: {} }, 400, "kind", /kind/],
  ["/api/v1/jobs", { method: "POST", body: { kind: "cg" } }, 400, "kind", /kind.*gc/],
  ["/api/v1/jobs", { method: "POST", body: { kind: "gc", dryrun: true } }, 400, "dryrun", /no dryrun/],
  ["/api/v1/jobs", { method: "POST", body: { kind: "gc", dryRun: "maybe" } }, 400, "dryRun", /dryRun/],
  ["/api/v1/jobs", { method: "POST", body: [] }, 400, undefined, /object/],
];

for (const [path, asked, status, field, detail] of PROBLEMS) {
  const name = `${asked.method ?? "GET"} ${path} ${JSON.stringify(asked.body ?? "")}`;
  test(`${name} is a problem with status ${status}`, async () => {
    const answer = await ask(path, asked);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.equal(answer.json.field, field, answer.text);
    assert.match(answer.json.detail, detail);
  });
}
function alice(): string {
  return basic("alice", "correct horse battery");
}

test(
  "a job runs, and its result, its page of the list and its figures tell",
  { timeout: 30_000 },
  async () => {
    const made = await start({ kind: "gc", dryRun: true });
    assert.equal(made.status, 201);
    assert.equal(made.headers.get("location"), `/api/v1/jobs/${made.json.id}`);
    const job = await ended(made.json);
    assert.deepEqual([job.state, job.error], ["succeeded", undefined]);
    const { collected, ...result } = job.result ?? {};
    assert.deepEqual(result, { dryRun: true, complete: true, bytes: 0, problems: 0 });
    assert.deepEqual(Object.keys(collected as object), [
      "uploads",
      "manifests",
      "links",
      "contents",
      "blobs",
      "quarantined",
    ]);
    assert.deepEqual([job.kind, job.startedBy, job.parameters], ["gc", "admin", { dryRun: true }]);

    const second = await ended((await start({ kind: "gc" })).json);
    const first = await ask("/api/v1/jobs?limit=1");
    assert.deepEqual((first.json as JobList).items, [second]);
    const rest = await ask(`/api/v1/jobs?limit=1&continue=${(first.json as JobList).continue}`);
    assert.deepEqual(rest.json, { items: [job] });

    // A commit is seen before it is counted.
    let figures = "";
    while (!/^imagehub_jobs_ended_total\{kind="gc",state="succeeded"\} 2$/m.test(figures)) {
      figures = await (await fetch(`${hub.url}/metrics`)).text();
    }
    assert.match(figures, /^imagehub_jobs_running\{kind="gc"\} 0$/m);
    // A dry run collects nothing.
    assert.match(figures, /^imagehub_garbage_collections_total\{result="complete"\} 1$/m);
  },
);

test("the record of a job that has ended is removed", async () => {
  const { id } = await ended((await start({ kind: "gc", dryRun: true })).json);
  const removed = await ask(`/api/v1/jobs/${id}`, { method: "DELETE" });
  assert.deepEqual([removed.status, removed.text], [204, ""]);
  assert.equal((await ask(`/api/v1/jobs/${id}`)).status, 404);
});

test("the operator token is the owner's alone to read, and the administrator's at /api and /apis", async () => {
  const { mode } = await stat(join(hub.dataFolder, "operator-token"));
  assert.equal(mode & 0o777, 0o600);
  const me = await ask("/api/v1/me", { credentials: operator });
  assert.deepEqual([me.json.name, me.json.administrator], ["admin", true]);
  const list = await ask("/apis/imagehub.sealos.io/v1/organizations", { credentials: operator });
  assert.equal(list.status, 200);
  const wrong = await ask("/apis/imagehub.sealos.io/v1/organizations", { credentials: `${operator}x` });
  assert.deepEqual([wrong.status, wrong.json.kind], [401, "Status"]);
});

test("the operator token opens nothing of /v2", async () => {
  const credentials = [operator, basic("admin", operatorToken), basic(operatorToken, "")];
  for (const authorization of credentials) {
    const headers = { authorization };
    for (const [method, path] of [
      ["GET", "/v2/"],
      ["GET", "/v2/_catalog"],
      ["GET", "/v2/org/app/tags/list"],
      ["POST", "/v2/org/app/blobs/uploads/"],
    ] as const) {
      assert.equal((await fetch(hub.url + path, { method, headers })).status, 401, `${method} ${path}`);
    }
    const token = await fetch(`${hub.url}/token?service=x&scope=repository:org/app:pull,push`, { headers });
    assert.equal(token.status, 401);
  }
});

test("each start makes another operator token, with its own mode, and a hub that stopped leaves none", async () => {
  const data = await mkdtemp(join(tmpdir(), "imagehub-operator-"));
  const file = join(data, "operator-token");
  await writeFile(`${file}.new`, "left by a crash", { mode: 0o644 });
  const tokens = new Set([operatorToken]);
  for (let count = 0; count < 2; count++) {
    const started = await startTestHub({ data });
    tokens.add((await readFile(file, "utf8")).trim());
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await started.stop();
    assert.equal(existsSync(file), false);
  }
  assert.equal(tokens.size, 3);
  await rm(data, { recursive: true });
});

async function ended({ id }: Job): Promise<Job> {
  for (;;) {
    const { json } = await ask(`/api/v1/jobs/${id}`);
    if (!["queued", "running"].includes((json as Job).state)) return json as Job;
  }
}
