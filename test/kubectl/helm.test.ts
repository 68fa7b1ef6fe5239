import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { ADMIN_PASSWORD, basic } from "../start-hub.ts";
import { downloadKubeconfig, HELM, openWorkbench, skipHelm as skip, type Workbench } from "./workbench.ts";

const CHART = join(import.meta.dirname, "chart");
const PASSWORD = "correct horse battery";
const WAIT = ["--wait", "--timeout", "30s"];

let bench: Workbench;
/** Where each user's kubeconfig is. */
const kubeconfigs: Record<string, string> = {};
if (skip === false) {
  bench = await openWorkbench();
  for (const name of ["alice", "bob"]) {
    await bench.hub.context.accounts.register({ name, password: PASSWORD });
    await addKubeconfig(name, basic(name, PASSWORD));
  }
}
after(() => bench?.[Symbol.asyncDispose]());

for (const serverSide of ["true", "false"]) {
  test(`a release lives as in a cluster, with --server-side=${serverSide}`, { skip }, async () => {
    const organization = `acme-${serverSide}`;
    const values = (words: string) => [
      `--server-side=${serverSide}`,
      "--set",
      `organization=${organization},description=${words}`,
    ];
    // Helm creates Images first, and the hub makes what they are in: what Helm then would create is there already.
    if (serverSide === "false") {
      await kubectl(["create", "-f", "-"], manifest("Organization", { name: organization }));
      const repository = manifest(
        "Repository",
        { name: `${organization}.db` },
        { name: `${organization}/db` },
      );
      await kubectl(["create", "-f", "-"], repository);
    }
    const install = ["install", "demo", CHART, "--take-ownership", ...values("First")];
    assert.match(await helm(install), /STATUS: deployed/);
    assert.match(await helm(["list"]), /^demo\s+sealos-imagehub\s+1\s.*deployed\s+catalogue-0\.1\.0/m);
    const status = await helm(["status", "demo"]);
    for (const kind of ["Organization", "Repository", "Image", "DataPack"])
      assert.match(status, new RegExp(`v1/${kind}\n`));
    assert.match(await helm(["get", "manifest", "demo"]), /^ {2}description: "First"$/m);
    assert.equal(await description(organization), "First");

    await helm(["upgrade", "demo", CHART, ...values("Second"), ...WAIT]);
    assert.equal(await description(organization), "Second");
    await helm(["rollback", "demo", "1", `--server-side=${serverSide}`, ...WAIT]);
    assert.equal(await description(organization), "First");
    assert.match(
      await helm(["history", "demo"]),
      /\n1\s.*superseded.*\n2\s.*superseded.*\n3\s.*deployed.*Rollback to 1/,
    );

    assert.match(await helm(["uninstall", "demo", ...WAIT]), /release "demo" uninstalled/);
    assert.doesNotMatch(await helm(["list", "-q"]), /demo/);
    assert.equal(await kubectl(["get", "secrets", "-o", "name"]), "");
    assert.equal(await kubectl(["get", "img,repo,dp", "-o", "name"]), "");
    // Helm is asked to keep it.
    assert.equal(
      await kubectl(["get", "org", organization, "-o", "name"]),
      `organization.imagehub.sealos.io/${organization}\n`,
    );
  });
}

test(
  "an Organization that Helm deletes before its repositories goes with a second uninstall",
  { skip },
  async () => {
    const chart = await writeChart("whole", [
      { kind: "Organization", metadata: { name: "whole" }, spec: {} },
      { kind: "Repository", metadata: { name: "whole.db" }, spec: { name: "whole/db" } },
    ]);
    await helm(["install", "whole", chart]);
    const first = await tryHelm(["uninstall", "whole", "--debug"]);
    assert.match(first.stderr, /Organization.*it has 1 repository; delete that first/);
    assert.match(await helm(["uninstall", "whole"]), /uninstalled/);
    assert.equal((await bench.tryKubectl(["get", "org", "whole"])).code, 1);
  },
);

test(
  "two users have a release of one name, and neither sees the other's; nor does the administrator",
  { skip },
  async () => {
    await helm(installMine("of-alice"), "alice");
    assert.doesNotMatch(await helm(["list", "-A", "-q"], "bob"), /mine/);
    assert.match((await tryHelm(["status", "mine"], "bob")).stderr, /release: not found/);
    await helm(installMine("of-bob"), "bob");
    await helm(["uninstall", "mine"], "bob");
    assert.match(await helm(["get", "values", "mine"], "alice"), /organization: of-alice/);
    assert.doesNotMatch(await helm(["list", "-A", "-q"]), /mine/);
    assert.equal(await kubectl(["get", "secrets", "-A", "-o", "name"]), "");
  },
);

test("a token for reading shows releases, and installs none", { skip }, async () => {
  const words = { name: "look", scopes: ["read"] as const, repositories: [], expiresAt: undefined };
  const { token } = await bench.hub.context.personalTokens.create("alice", words);
  await addKubeconfig("reader", `Bearer ${token}`);
  assert.match(await helm(["list", "-q"], "reader"), /^mine$/m);
  const { code, stderr } = await tryHelm(["install", "other", CHART], "reader");
  assert.equal(code, 1);
  assert.match(stderr, /cannot create resource "secrets".*the token has scopes read, expected write/);
});

test("a chart with a Secret of another type is refused, and its values are not shown", { skip }, async () => {
  const chart = await writeChart("secretive", [
    { apiVersion: "v1", kind: "Secret", metadata: { name: "password" }, stringData: { password: "hunter2" } },
  ]);
  for (const serverSide of ["true", "false"]) {
    const { code, stderr } = await tryHelm(["install", "secretive", chart, `--server-side=${serverSide}`]);
    assert.equal(code, 1);
    assert.match(stderr, /no other Secret: keep this one in a cluster/);
    assert.doesNotMatch(stderr, /hunter2/);
    await helm(["uninstall", "secretive"]);
  }
});

test("a release that is larger than a Secret may be is refused, as in a cluster", { skip }, async () => {
  // What is random cannot be packed.
  const noise = randomBytes(1_000_000).toString("base64");
  const chart = await writeChart("large", [{ kind: "Organization", metadata: { name: "large" }, spec: {} }]);
  await writeFile(join(chart, "values.yaml"), `noise: ${noise}\n`);
  const { code, stderr } = await tryHelm(["install", "large", chart]);
  assert.equal(code, 1);
  assert.match(stderr, /data: Too long: may not be more than 1048576 bytes/);
});

test("a chart that was pushed to the hub is installed from there", { skip }, async () => {
  const authority = ["--ca-file", join(bench.hub.dataFolder, "tls/ca.crt")];
  const host = new URL(bench.hub.tlsUrl ?? "").host;
  await helm(["registry", "login", host, "-u", "admin", "-p", ADMIN_PASSWORD, ...authority]);
  await helm(["package", CHART, "--destination", bench.folder]);
  await helm(["push", join(bench.folder, "catalogue-0.1.0.tgz"), `oci://${host}/charts`, ...authority]);
  const values = ["--set", "organization=pushed"];
  await helm(["install", "pushed", `oci://${host}/charts/catalogue`, ...values, ...authority, ...WAIT]);
  assert.equal(await description("pushed"), "Databases");
  await helm(["uninstall", "pushed"]);
});

test("what Helm renders kubectl applies", { skip }, async () => {
  const rendered = await helm(["template", "rendered", CHART, "--set", "organization=rendered"]);
  assert.match(await kubectl(["apply", "-f", "-"], rendered), /image.*rendered\.db\.v1 created/);
  await kubectl(["delete", "img/rendered.db.v1", "repo/rendered.db", "--ignore-not-found"]);
});

test("kubectl shows Secrets of releases, and says what may be done", { skip }, async () => {
  await helm(["install", "shown", CHART, "--set", "organization=shown"]);
  const name = "sh.helm.release.v1.shown.v1";
  assert.match(
    await kubectl(["get", "secrets"]),
    /^sh\.helm\.release\.v1\.shown\.v1 +helm\.sh\/release\.v1 +1 +\d+s$/m,
  );
  assert.match(
    await kubectl(["describe", "secret", name]),
    /Type: +helm\.sh\/release\.v1\n[^]*release: +\d+ bytes/,
  );
  assert.match(await kubectl(["api-resources"]), /^secrets +v1 +true +Secret$/m);
  assert.match(await kubectl(["explain", "secret"]), /What Helm keeps of a revision of a release/);
  assert.match(await kubectl(["label", "secret", name, "team=db"]), /labeled/);
  assert.equal(await kubectl(["get", "secrets", "-l", "team=db", "-o", "name"]), `secret/${name}\n`);
  for (const [user, answer] of [
    ["alice", "yes"],
    ["reader", "no - the token has scopes read, expected write"],
  ] as const) {
    const { stdout } = await bench.tryKubectl(["auth", "can-i", "create", "secrets"], as(user));
    assert.equal(stdout.split("\n", 1)[0], answer);
  }
  assert.match(await kubectl(["auth", "can-i", "--list"]), /^secrets +\[\] +\[\] +\[create delete/m);
});

test("--create-namespace finds the namespace made, and makes no other", { skip }, async () => {
  const values = ["--create-namespace", "--set", "organization=spaced"];
  for (const serverSide of ["true", "false"]) {
    await helm(["install", "spaced", CHART, ...values, "--take-ownership", `--server-side=${serverSide}`]);
    await helm(["uninstall", "spaced", ...WAIT]);
  }
  const { code, stderr } = await tryHelm(["install", "spaced", CHART, ...values, "--namespace", "other"]);
  assert.equal(code, 1);
  assert.match(stderr, /namespaces "other" is forbidden: the hub has one namespace, sealos-imagehub/);
});

function installMine(organization: string): string[] {
  return ["install", "mine", CHART, "--set", `organization=${organization}`];
}

async function helm(args: string[], user?: string): Promise<string> {
  const { code, stdout, stderr } = await tryHelm(args, user);
  assert.equal(code, 0, `helm ${args.join(" ")}: ${stderr || stdout}`);
  return stdout;
}

function tryHelm(args: string[], user?: string) {
  return bench.tryRun(HELM, args, as(user));
}

/** The administrator, or another user. */
function as(user: string | undefined) {
  return user === undefined ? {} : { env: { KUBECONFIG: kubeconfigs[user] ?? "" } };
}

function kubectl(args: string[], input = ""): Promise<string> {
  return bench.kubectl(args, { input });
}

async function addKubeconfig(user: string, authorization: string): Promise<void> {
  kubeconfigs[user] = await bench.file(
    `kubeconfig-${user}`,
    await downloadKubeconfig(bench.hub, authorization),
  );
}

function manifest(kind: string, metadata: object, spec: object = {}): string {
  return JSON.stringify({ apiVersion: "imagehub.sealos.io/v1", kind, metadata, spec });
}

function description(organization: string): Promise<string> {
  return kubectl(["get", "img", `${organization}.db.v1`, "-o", "jsonpath={.spec.detail.description}"]);
}

/** A chart of some resources. @returns its folder */
async function writeChart(name: string, resources: object[]): Promise<string> {
  const folder = join(bench.folder, name);
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`);
  for (const [index, resource] of resources.entries()) {
    const content = JSON.stringify({ apiVersion: "imagehub.sealos.io/v1", ...resource });
    await writeFile(join(folder, `templates/${index}.yaml`), content);
  }
  return folder;
}
