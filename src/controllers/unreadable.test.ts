import assert from "node:assert/strict";
import { test } from "node:test";
import { newResource } from "../resources/kinds.ts";
import { eventually, findings, openTestHub } from "../../test/controllers-hub.ts";

test("an image that cannot be read is shown, with the reason, and its warnings", async () => {
  await using hub = await openTestHub();
  hub.inspector.overlay = {
    unavailable: { reason: "LayerCorrupt", message: "layer 3 ends early" },
    warnings: [{ reason: "FrontMatterInvalid", message: "line 2" }],
  };
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(findings(await hub.store.get("Image", "labring.mysql.1")), [
    "Ready: Inspected",
    "DetailUnavailable: LayerCorrupt",
    "FrontMatterInvalid: FrontMatterInvalid",
  ]);
});

test("an image whose inspection breaks down is shown without its words, and inspected again", async () => {
  await using hub = await openTestHub();
  let isAway = true;
  const { inspector } = hub;
  await hub.restart({
    inspector: {
      async inspect(...call) {
        if (isAway) throw new Error("storage is away");
        return inspector.inspect(...call);
      },
    },
  });
  await hub.push("labring/mysql:1", { detail: { description: "pushed" } });
  await eventually(async () => {
    const image = await hub.store.get("Image", "labring.mysql.1");
    assert.deepEqual(findings(image), ["Ready: Inspected", "DetailUnavailable: InspectionFailed"]);
    assert.equal((await hub.store.get("Repository", "labring.mysql")).status?.latestTag, "1");
  });
  isAway = false;
  await hub.controllers.idle();
  const image = await hub.store.get("Image", "labring.mysql.1");
  assert.deepEqual(findings(image), ["Ready: Inspected"]);
  assert.deepEqual(image.status?.detail, { description: "pushed" });
});

test("a resource whose spec.name is not legal stands in nobody's way", async () => {
  await using hub = await openTestHub();
  await hub.store.create(newResource("Image", "bad", { spec: { name: "NOT A NAME" } }));
  await hub.store.create(newResource("Repository", "bad", { spec: { name: "NOT A NAME" } }));
  await hub.store.create(
    newResource("Image", "labring.mysql.1", { spec: { name: "labring/mysql:1", detail: { url: "x" } } }),
  );
  await eventually(async () => {
    assert.equal((await hub.store.get("Image", "labring.mysql.1")).status?.detail?.url, "x");
    assert.equal((await hub.store.get("Repository", "labring.mysql")).status?.latestTag, "1");
  });
});
