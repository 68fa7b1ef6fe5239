import assert from "node:assert/strict";
import { after, test } from "node:test";
import { basic, startTestHub } from "../../test/start-hub.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { newResource, type Organization } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { accounts, content, controllers, personalTokens, policies, store } = hub.context;
const PASSWORD = "correct horse battery";
/** More than an organization's status names, so that most are only counted. */
const [PUBLIC, PRIVATE, NAMED] = [130, 107, 100];

for (const name of ["alice", "bob"]) await accounts.register({ name, password: PASSWORD });
// So that nothing but this test makes resources.
await controllers.stop();
for (const organization of ["shut", "mixed"]) {
  await policies.set(organization, {
    defaultVisibility: "private",
    members: [{ kind: "User", name: "alice", role: "reader" }],
  });
}
await fill("shut", 0);
await fill("mixed", PUBLIC);
// What is deleted leaves its row.
await content.repositories.ensure(parseRepositoryName("mixed/gone"), { visibility: "public" });

const CALLERS: Record<string, string | undefined> = {
  anonymous: undefined,
  stranger: basic("bob", PASSWORD),
  member: basic("alice", PASSWORD),
  administrator: hub.admin,
};
for (const [what, words] of Object.entries({
  token: { scopes: ["read"], repositories: [] },
  "token for some": { scopes: ["read"], repositories: ["mixed/r1*", "shut/r1001"] },
  "token to delete": { scopes: ["delete"], repositories: [] },
} as const)) {
  const { token } = await personalTokens.create("alice", { name: what, expiresAt: undefined, ...words });
  CALLERS[what] = basic("alice", token);
}

test("of repositories that a caller may not read none is counted, named or not", async () => {
  for (const [caller, shut, mixed] of [
    ["anonymous", 0, PUBLIC],
    ["stranger", 0, PUBLIC],
    ["member", PRIVATE, PUBLIC + PRIVATE],
    ["administrator", PRIVATE, PUBLIC + PRIVATE],
    ["token", PRIVATE, PUBLIC + PRIVATE],
    ["token for some", undefined, undefined],
    ["token to delete", 0, PUBLIC],
  ] as const) {
    assert.equal(await countFor(caller, "shut"), shut, `${caller} of shut`);
    assert.equal(await countFor(caller, "mixed"), mixed, `${caller} of mixed`);
  }
});

async function countFor(caller: string, organization: string): Promise<number | undefined> {
  const url = `${hub.url}/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations/${organization}`;
  const authorization = CALLERS[caller];
  const response = await fetch(url, authorization === undefined ? {} : { headers: { authorization } });
  assert.equal(response.status, 200);
  return ((await response.json()) as Organization).status?.repositoryCount;
}

/** An organization with its repositories, of which the private ones are newest. */
async function fill(organization: string, publicCount: number): Promise<void> {
  const names = Array.from(
    { length: publicCount + PRIVATE },
    (_, index) => `${organization}/r${1000 + index}`,
  );
  await Promise.all(
    names.map(async (name, index) => {
      const visibility = index < publicCount ? "public" : "private";
      await content.repositories.ensure(parseRepositoryName(name), { visibility });
      await store.create(newResource("Repository", name.replace("/", "."), { spec: { name, visibility } }));
    }),
  );
  const made = await store.create(newResource("Organization", organization, { spec: {} }));
  const repositories = names.slice(-NAMED);
  await store.updateStatus({ ...made, status: { repositoryCount: names.length, repositories } });
}
