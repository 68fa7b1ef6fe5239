import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, openTestHub } from "../../test/controllers-hub.ts";
import type { Kind } from "../resources/kinds.ts";

/** As a Repository lists it. */
const TAG = {
  name: "1",
  digest: "sha256:4dccfca46f72b551e6b6eb2810b6fcf6016671438b20418038a63cc46ee22e16",
  pushedAt: "2026-01-01T00:00:01Z",
};
const CASES: { kind: Kind; name: string; status: object }[] = [
  { kind: "Image", name: "labring.mysql.1", status: { size: 1 } },
  { kind: "Image", name: "labring.mysql.1", status: { detail: { description: "wrong" } } },
  { kind: "Image", name: "labring.mysql.1", status: { platforms: [], pushedBy: "mallory" } },
  { kind: "Repository", name: "labring.mysql", status: { tagCount: 77 } },
  { kind: "Repository", name: "labring.mysql", status: { detail: { description: "wrong" } } },
  { kind: "Repository", name: "labring.mysql", status: { stars: 9, size: 1 } },
  { kind: "Repository", name: "labring.mysql", status: { tags: [{ ...TAG, size: 77 }] } },
  { kind: "Organization", name: "labring", status: { repositoryCount: 77 } },
];

for (const { kind, name, status } of CASES) {
  test(`a status of ${kind} that another writes (${JSON.stringify(status).slice(0, 40)}) is put right`, async () => {
    await using hub = await openTestHub();
    await hub.push("labring/mysql:1", { detail: { description: "pushed" } });
    await hub.controllers.idle();
    await eventually(async () =>
      assert.equal((await hub.store.get("Organization", "labring")).status?.repositoryCount, 1),
    );
    const before = await hub.store.get(kind, name);
    await hub.store.updateStatus({ ...before, status: { ...before.status, ...status } } as typeof before);
    await eventually(async () => assert.deepEqual((await hub.store.get(kind, name)).status, before.status));
  });
}

test("what the controllers write themselves is not reconciled again", async () => {
  await using hub = await openTestHub();
  const reconciled: string[] = [];
  const count = { reconciled: ({ controller }: { controller: string }) => void reconciled.push(controller) };
  await hub.restart({ metrics: count });
  await hub.controllers.idle();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  await eventually(async () =>
    assert.equal((await hub.store.get("Organization", "labring")).status?.repositoryCount, 1),
  );
  await hub.controllers.idle();
  // The image and its `latest`.
  assert.equal(reconciled.filter((controller) => controller === "image").length, 2);
});

test("a start reconciles no Image and no Repository that is as it was", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  const reconciled: string[] = [];
  const count = { reconciled: ({ controller }: { controller: string }) => void reconciled.push(controller) };
  await hub.restart({ metrics: count });
  await hub.controllers.idle();
  assert.deepEqual(
    reconciled.filter((controller) => controller !== "organization"),
    [],
  );
});
