import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { ADMIN_PASSWORD, startTestHub } from "./start-hub.ts";

const PROGRAM = join(import.meta.dirname, "../bin/imagehub");
const home = await mkdtemp(join(tmpdir(), "imagehub-login-"));
const hub = await startTestHub({ "listen-tls": "127.0.0.1:0" });
after(async () => {
  await hub.stop();
  await rm(home, { recursive: true });
});

test("a login with a wrong password, or as nobody, leaves nothing", async () => {
  for (const [args, message] of [
    [["-u", "admin", "-p", "wrong"], /password is wrong/],
    [["--token", "ihp_x"], /copied whole/],
    [[], /as nobody: name the user with --user/],
  ] as const) {
    const { code, err } = await run(["login", hub.url, ...args]);
    assert.equal(code, 1);
    assert.match(err, message);
  }
  assert.deepEqual(await readdir(home), []);
});

test("a login is remembered for other commands, and its token ends with the logout", async () => {
  const login = await run(["login", hub.url, "-u", "admin", "--password-stdin"], `${ADMIN_PASSWORD}\n`);
  assert.equal(login.code, 0, login.err);
  const files = ["imagehub.json", "kubeconfig"];
  assert.deepEqual(await readdir(join(home, ".sealos")), files);
  for (const file of files) assert.equal((await stat(join(home, ".sealos", file))).mode & 0o777, 0o600);
  const { token } = JSON.parse(await readFile(join(home, ".sealos/imagehub.json"), "utf8")) as {
    token: string;
  };
  assert.ok((await readFile(join(home, ".sealos/kubeconfig"), "utf8")).includes(token));
  assert.match((await run(["token"])).out, /^ID .*\n[0-9a-f]{16} +kubeconfig-/);
  const robot = await run(["robot", "create", "admin", "ci", "--expires", "30d"]);
  assert.match(robot.out, /^iht_\w{49}\n$/, robot.err);
  const robots = await run(["robot", "list", "admin"]);
  assert.match(robots.out, /^LOGIN .*\nadmin\+ci +read +admin\/\* +20\d\d-\d\d-\d\d +never/);

  const logout = await run(["logout"]);
  assert.deepEqual([logout.code, logout.out], [0, `Logged out of ${hub.url}\n`], logout.err);
  assert.deepEqual(await readdir(join(home, ".sealos")), []);
  const me = await fetch(`${hub.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(me.status, 401);
});

async function run(args: string[], input = "") {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("IMAGEHUB_"));
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: home,
    env: { ...Object.fromEntries(inherited), HOME: home },
  });
  child.stdin.end(input);
  const [[code], out, err] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { code: code as number | null, out, err };
}
