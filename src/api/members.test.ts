import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eventually } from "../../test/controllers-hub.ts";
import { startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";
import type { Member } from "../resources/organization.ts";
import { changeMembers } from "./members.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store, policies, controllers } = hub.context;

const OLGA: Member = { kind: "User", name: "olga", role: "owner" };
const BOB: Member = { kind: "User", name: "bob", role: "publisher" };

test("of two changes at once the later is what pushes go by, whichever is mirrored last", async () => {
  await store.create(newResource("Organization", "team", { spec: { members: [OLGA] } }));
  await eventually(async () => assert.ok(await policies.find("team")));
  const written = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow: typeof policies = {
    ...policies,
    async set(organization, policy) {
      written.resolve();
      await goOn.promise;
      return policies.set(organization, policy);
    },
  };
  const joining = changeMembers({ store, policies: slow }, "team", (members) => [...members, BOB]);
  await written.promise;
  await changeMembers({ store, policies }, "team", (members) => members.filter(({ name }) => name !== "bob"));
  await controllers.idle();
  goOn.resolve();
  await joining;
  assert.deepEqual((await policies.find("team"))?.members, [OLGA]);
});
