import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, editSpec, openTestHub } from "../../test/controllers-hub.ts";
import { newResource } from "../resources/kinds.ts";

test("a first push makes one event for its Repository, and later ones none", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(hub.happenings.toSorted(), [
    "Normal ImageShown Repository labring.mysql",
    "Normal PolicyInForce Organization labring",
  ]);
  hub.happenings.length = 0;
  await hub.push("labring/mysql:2", { detail: { description: "other" } });
  await hub.push("labring/mysql:1", { detail: { description: "moved" } });
  await hub.controllers.idle();
  await editSpec(hub, "labring.mysql.1", { detail: { url: "a.org" } });
  await hub.controllers.idle();
  assert.deepEqual(hub.happenings, []);
});

test("an image that cannot be read is told once, and once more when it can", async () => {
  await using hub = await openTestHub();
  hub.inspector.overlay = { unavailable: { reason: "LayerCorrupt", message: "layer 3 ends early" } };
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  await editSpec(hub, "labring.mysql.1", { type: "application" });
  await hub.controllers.idle();
  const ofImages = () => hub.happenings.filter((happening) => happening.includes(" Image "));
  const corrupt = "Warning LayerCorrupt Image labring.mysql";
  assert.deepEqual(ofImages().toSorted(), [`${corrupt}.1`, `${corrupt}.latest`]);
  hub.happenings.length = 0;
  hub.inspector.overlay = {};
  await hub.push("labring/mysql:1", { detail: { description: "whole" } });
  await hub.controllers.idle();
  const inspected = "Normal Inspected Image labring.mysql";
  assert.deepEqual(ofImages().toSorted(), [`${inspected}.1`, `${inspected}.latest`]);
});

test("what goes with its content is told", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  hub.happenings.length = 0;
  await hub.deleteTag("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(hub.happenings.toSorted(), [
    "Normal LastImageDeleted Repository labring.mysql",
    "Normal TagDeleted Image labring.mysql.1",
    "Normal TagDeleted Image labring.mysql.latest",
  ]);
});

test("an Image of words alone, and a DataPack, tell how they are", async () => {
  await using hub = await openTestHub();
  const name = "labring/mysql:1";
  await hub.store.create(newResource("Image", "labring.mysql.1", { spec: { name } }));
  await hub.store.create(newResource("DataPack", "pack", { spec: { type: "base", names: [name] } }));
  await eventually(async () => {
    assert.deepEqual(
      hub.happenings.filter((happening) => / (?:Image|DataPack) /.test(happening)).toSorted(),
      [
        "Normal Complete DataPack pack",
        "Normal MetadataOnly Image labring.mysql.1",
        "Warning NeverPushed Image labring.mysql.1",
      ],
    );
  });
});
