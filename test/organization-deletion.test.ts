import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Me } from "../src/api/contract/me.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const PASSWORD = "correct horse battery";
const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations";
const [olga, bob] = ["olga", "bob"].map((name) => basic(name, PASSWORD));
for (const name of ["olga", "bob"]) await hub.context.accounts.register({ name, password: PASSWORD });
const team = {
  apiVersion: "imagehub.sealos.io/v1",
  kind: "Organization",
  metadata: { name: "team" },
  spec: {
    members: [
      { kind: "User", name: "olga", role: "owner" },
      { kind: "User", name: "bob", role: "publisher" },
    ],
  },
};

test("of a deleted organization robots, invitations and members are none any more, and its name stays its owners'", async () => {
  assert.equal((await send("POST", NAMED, olga, team)).status, 201);
  await hub.context.controllers.idle();
  const robot = (await (
    await send("POST", "/api/v1/organizations/team/robots", olga, { name: "ci", scopes: ["write"] })
  ).json()) as { token: string };
  const invitation = (await (
    await send("POST", "/api/v1/organizations/team/invitations", olga, { role: "owner" })
  ).json()) as { token: string };
  assert.equal((await send("GET", "/api/v1/me", `Bearer ${robot.token}`)).status, 200);

  assert.equal((await send("DELETE", `${NAMED}/team`, olga)).status, 200);
  await hub.context.controllers.idle();
  const { organizations } = (await (await send("GET", "/api/v1/me", bob)).json()) as Me;
  assert.deepEqual(organizations, [{ name: "bob", role: "owner" }]);
  assert.equal((await send("GET", "/api/v1/me", `Bearer ${robot.token}`)).status, 401);
  const { token } = invitation;
  assert.equal((await send("POST", "/api/v1/invitations/accept", bob, { token })).status, 404);
  assert.equal((await send("POST", NAMED, bob, team)).status, 403);
  assert.equal((await send("POST", NAMED, olga, team)).status, 201);
});

function send(method: string, path: string, authorization = "", body?: object): Promise<Response> {
  return fetch(hub.url + path, {
    method,
    headers: { authorization, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
