import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeCallers, makeRobot } from "./access-matrix/callers.ts";
import { basic } from "./start-hub.ts";
import { startToldHub } from "./statements.ts";

const { hub, statementsOf } = await startToldHub();
after(() => hub.stop());
const { accounts, personalTokens, policies, releases } = hub.context;
const ALL = "/api/v1/namespaces/sealos-imagehub/secrets";
const TYPE = "helm.sh/release.v1";
/** Alike but that Olga has the one. */
const NAMES = { hidden: "sh.helm.release.v1.demo.v1", absent: "sh.helm.release.v1.gone.v1" };
/** What Olga's says, in base64. */
const VALUE = Buffer.from("what Olga installed").toString("base64");

const people = await makeCallers(hub);
await policies.set("org", {
  defaultVisibility: "private",
  members: [{ kind: "User", name: "olga", role: "owner" }],
});
const robot = await makeRobot(hub);
await releases.change({ owner: "olga", name: NAMES.hidden }, () => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: NAMES.hidden, labels: { owner: "helm", name: "demo" } },
  type: TYPE,
  data: { release: VALUE },
}));
const before = await releases.find("olga", NAMES.hidden);

const BLIND = "Olga's token that reads nothing";
/** Everybody but Olga, and Olga by a token that leaves her none. */
const CALLERS: Record<string, string | undefined> = {
  ...Object.fromEntries(
    [...people, robot]
      .filter(({ subject, login }) => subject && login?.name !== "olga")
      .map(({ name, credentials }) => [name, credentials]),
  ),
  "Olga's token for a repository": await tokenOf({ scopes: ["admin"], repositories: ["org/app"] }),
  [BLIND]: await tokenOf({ scopes: ["write", "delete"], repositories: [] }),
};

interface Asked {
  method?: string;
  path: string;
  body?: string;
  type?: string;
  accept?: string;
}

const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";

/** Every way to ask for a Secret, or to change it. */
const WAYS: Record<string, (name: string) => Asked> = {
  get: one,
  "get of metadata": (name) => ({ path: `${ALL}/${name}`, accept: METADATA }),
  list: () => ({ path: ALL }),
  "list everywhere": () => ({ path: "/api/v1/secrets?limit=1" }),
  "list as a table": () => ({ path: `${ALL}?includeObject=Object`, accept: TABLE }),
  "list by field": (name) => ({ path: `${ALL}?fieldSelector=metadata.name=${name}` }),
  "list by label": (name) => ({ path: `${ALL}?labelSelector=name=${name.split(".")[4]}` }),
  update: (name) => ({ method: "PUT", path: `${ALL}/${name}`, body: secret(name) }),
  patch: (name) => ({
    method: "PATCH",
    path: `${ALL}/${name}`,
    body: '{"data":{"release":""}}',
    type: "application/merge-patch+json",
  }),
  "JSON patch": (name) => ({
    method: "PATCH",
    path: `${ALL}/${name}`,
    body: '[{"op":"test","path":"/data/release","value":"x"}]',
    type: "application/json-patch+json",
  }),
  delete: (name) => ({ method: "DELETE", path: `${ALL}/${name}` }),
  "delete of many": (name) => ({ method: "DELETE", path: `${ALL}?fieldSelector=metadata.name=${name}` }),
  "create, dry": (name) => ({ method: "POST", path: `${ALL}?dryRun=All`, body: secret(name) }),
  "can-i": (name) => ({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: JSON.stringify({
      kind: "SelfSubjectAccessReview",
      spec: {
        resourceAttributes: { verb: "delete", resource: "secrets", namespace: "sealos-imagehub", name },
      },
    }),
  }),
};

for (const [way, askOf] of Object.entries(WAYS)) {
  test(`${way}: somebody else's Secret is answered as one that is not there, by the same work`, async () => {
    for (const [caller, credentials] of Object.entries(CALLERS)) {
      // Who makes Olga's Secrets learns which names she has.
      if (way.startsWith("create") && caller === BLIND) continue;
      const hidden = await look(askOf(NAMES.hidden), credentials);
      const absent = await look(askOf(NAMES.absent), credentials);
      assert.ok(hidden.status < 500, `${caller}: ${hidden.text}`);
      assert.deepEqual(anonymous(hidden, NAMES.hidden), anonymous(absent, NAMES.absent), caller);
      assert.doesNotMatch(hidden.text, new RegExp(VALUE), caller);
      assert.deepEqual(await releases.find("olga", NAMES.hidden), before, caller);
    }
  });
}

test("its owner is answered by what is there", async () => {
  const credentials = basic(
    "olga",
    people.find(({ login }) => login?.name === "olga")?.login?.password ?? "",
  );
  const { status, text } = await look(one(NAMES.hidden), credentials);
  assert.deepEqual([status, (JSON.parse(text) as { data: object }).data], [200, { release: VALUE }]);
  assert.equal((await look(one(NAMES.absent), credentials)).status, 404);
});

test("another user makes one of the same name, and neither changes the other's", async () => {
  const bob = people.find(({ login }) => login?.name === "bob")?.credentials;
  const made = await look({ method: "POST", path: ALL, body: secret(NAMES.hidden) }, bob);
  assert.equal(made.status, 201, made.text);
  assert.equal((await look(one(NAMES.hidden), bob)).status, 200);
  assert.equal((await look({ ...one(NAMES.hidden), method: "DELETE" }, bob)).status, 200);
  assert.deepEqual(await releases.find("olga", NAMES.hidden), before);
});

test("what others do is not told by the version of a list", async () => {
  await accounts.register({ name: "sam", password: "correct horse battery" });
  const sam = basic("sam", "correct horse battery");
  const listed = await look({ path: ALL }, sam);
  await releases.change({ owner: "olga", name: NAMES.hidden }, () => undefined);
  assert.equal((await look({ path: ALL }, sam)).text, listed.text);
});

function one(name: string): Asked {
  return { path: `${ALL}/${name}` };
}

function secret(name: string): string {
  return JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name }, type: TYPE });
}

async function tokenOf(words: { scopes: ("admin" | "write" | "delete")[]; repositories: string[] }) {
  const { token } = await personalTokens.create("olga", { name: "x", expiresAt: undefined, ...words });
  return basic("olga", token);
}

interface Seen {
  status: number;
  text: string;
  /** About releases: accounts are remembered, and the audit is written when there is time. */
  statements: string[];
}

async function look(
  { method = "GET", path, body, type = "application/json", accept = "*/*" }: Asked,
  authorization: string | undefined,
): Promise<Seen> {
  const ask = async (): Promise<Response> =>
    fetch(hub.url + path, {
      method,
      headers: {
        accept,
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { "content-type": type }),
      },
      ...(body !== undefined && { body }),
    });
  let response: Response | undefined;
  const statements = await statementsOf(async () => {
    response = await ask();
  });
  assert.ok(response);
  const ofReleases = statements.filter((statement) => /\brelease(?:s|_owners)\b/.test(statement));
  return { status: response.status, text: await response.text(), statements: ofReleases };
}

/** Without what is another in each answer. */
function anonymous({ status, text, statements }: Seen, name: string): object {
  const told = text.replaceAll(name, "NAME").replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UID");
  return { status, told: told.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "TIME"), statements };
}
