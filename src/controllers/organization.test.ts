import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../reconcile/clock.ts";
import { newResource } from "../resources/kinds.ts";
import { createOrganizationReconciler } from "./organization.ts";
import { createRepositoryIndex } from "./repository-index.ts";
import { openTestHub } from "../../test/controllers-hub.ts";

test("an Organization's policy is in force before its repositories have been counted, and nothing else written", async () => {
  await using hub = await openTestHub();
  await hub.controllers.stop();
  const members = [{ kind: "User", name: "alice", role: "owner" } as const];
  await hub.store.create(newResource("Organization", "labring", { spec: { members } }));
  const index = createRepositoryIndex();
  const reconcile = createOrganizationReconciler({ ...hub, index, clock: systemClock });
  const result = await reconcile("labring", AbortSignal.timeout(10_000));
  assert.ok(result);
  assert.deepEqual((await hub.policies.find("labring"))?.members, members);
  assert.equal((await hub.store.get("Organization", "labring")).status, undefined);

  index.finish();
  assert.equal(await reconcile("labring", AbortSignal.timeout(10_000)), undefined);
  assert.equal((await hub.store.get("Organization", "labring")).status?.repositoryCount, 0);
});
