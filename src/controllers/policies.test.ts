import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRepositoryName } from "../oci/reference.ts";
import { newResource } from "../resources/kinds.ts";
import { eventually, openTestHub } from "../../test/controllers-hub.ts";

const MYSQL = parseRepositoryName("labring/mysql");

test("visibility and immutable tags of a Repository are where pushes look for them, before the first push", async () => {
  await using hub = await openTestHub();
  await hub.store.create(
    newResource("Repository", "labring.mysql", {
      spec: { name: "labring/mysql", visibility: "private", immutableTags: ["v*"] },
    }),
  );
  await eventually(async () => {
    const record = await hub.content.repositories.find(MYSQL);
    assert.deepEqual([record?.visibility, record?.immutableTags], ["private", ["v*"]]);
  });
  await hub.controllers.idle();
  const repository = await hub.store.get("Repository", "labring.mysql");
  await hub.store.update({ ...repository, spec: { name: "labring/mysql", visibility: "public" } });
  await eventually(async () => {
    const record = await hub.content.repositories.find(MYSQL);
    assert.deepEqual([record?.visibility, record?.immutableTags], ["public", []]);
  });
});

test("members and default visibility of an Organization are where pushes look for them", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { by: "alice" });
  await hub.controllers.idle();
  const organization = await hub.store.get("Organization", "labring");
  const members = [{ kind: "User", name: "bob", role: "owner" }] as const;
  await hub.store.update({ ...organization, spec: { defaultVisibility: "private", members: [...members] } });
  await eventually(async () => {
    assert.deepEqual(await hub.policies.find("labring"), { defaultVisibility: "private", members });
  });
  await hub.push("labring/redis:1");
  await hub.controllers.idle();
  assert.equal((await hub.store.get("Repository", "labring.redis")).spec.visibility, "private");
});
