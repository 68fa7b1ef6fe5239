import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, openTestHub, type TestHub } from "../../test/controllers-hub.ts";
import { createManualClock } from "../reconcile/manual-clock.ts";
import { NotFoundError } from "../resource-store/errors.ts";
import { newResource, type DataPack, type Spec } from "../resources/kinds.ts";
import { createDataPackReconciler } from "./data-pack.ts";

const MYSQL = "labring/mysql:v8";

test("a DataPack shows what its type says of each image, and lists what is missing", async () => {
  await using hub = await openTestHub();
  await hub.push(MYSQL, {
    detail: { keywords: ["database"], docs: "# MySQL", icon: "https://a/i.png", arch: "amd64" },
  });
  await hub.controllers.idle();
  await make(hub, "base", { type: "base", names: [MYSQL, "labring/none"] });
  await make(hub, "grid", { type: "grid", names: [MYSQL] });
  await make(hub, "detail", { type: "detail", names: ["labring/mysql"] });
  await eventually(async () => {
    const base = await hub.store.get("DataPack", "base");
    assert.equal(base.status?.phase, "Ready");
    assert.deepEqual(base.status?.data, { [MYSQL]: { name: MYSQL } });
    assert.deepEqual(base.status?.missing, ["labring/none"]);
    assert.deepEqual((await hub.store.get("DataPack", "grid")).status?.data?.[MYSQL], {
      name: MYSQL,
      repoName: "labring/mysql",
      rating: 0,
      icon: "https://a/i.png",
      keywords: ["database"],
    });
    const page = (await hub.store.get("DataPack", "detail")).status?.data?.["labring/mysql"];
    assert.equal(page?.name, "labring/mysql:latest");
    assert.equal(page?.docs, "# MySQL");
    assert.deepEqual(page?.tags, ["v8"]);
    assert.equal(page?.size, 11);
  });
});

test("what anonymous may not read is missing, as what is not there", async () => {
  await using hub = await openTestHub();
  await hub.push(MYSQL, {});
  await hub.controllers.idle();
  await make(hub, "pack", { type: "base", names: [MYSQL] });
  await eventually(async () => assert.ok((await hub.store.get("DataPack", "pack")).status?.data?.[MYSQL]));
  await setVisibility(hub, "private");
  await eventually(async () => {
    const { status } = await hub.store.get("DataPack", "pack");
    assert.deepEqual({ data: status?.data, missing: status?.missing }, { data: {}, missing: [MYSQL] });
  });
});

test("a DataPack follows pushes, users' words and deletions", async () => {
  await using hub = await openTestHub();
  await make(hub, "pack", { type: "grid", names: ["labring/mysql"] });
  await eventually(async () =>
    assert.deepEqual((await hub.store.get("DataPack", "pack")).status?.missing, ["labring/mysql"]),
  );
  await hub.push(MYSQL, { detail: { icon: "https://a/1.png" } });
  await iconIs(hub, "https://a/1.png");
  await hub.push("labring/mysql:v9", { detail: { icon: "https://a/2.png" } });
  await iconIs(hub, "https://a/2.png");
  await hub.deleteTag("labring/mysql:v9");
  await iconIs(hub, "https://a/1.png");
});

test("a name without a tag is the image that its repository's page shows, also where nothing was pushed", async () => {
  await using hub = await openTestHub();
  const spec = { name: MYSQL, detail: { icon: "https://a/words.png" } };
  await hub.store.create(newResource("Image", "labring.mysql.v8", { spec }));
  await make(hub, "pack", { type: "grid", names: ["labring/mysql", "labring/mysql:latest"] });
  await eventually(async () => {
    const { status } = await hub.store.get("DataPack", "pack");
    assert.equal(status?.data?.["labring/mysql"]?.name, MYSQL);
    assert.equal(status?.data?.["labring/mysql"]?.icon, "https://a/words.png");
    assert.deepEqual(status?.missing, ["labring/mysql:latest"]);
  });
  await hub.push("labring/mysql:v9", { detail: { icon: "https://a/2.png" } });
  await iconIs(hub, "https://a/2.png");
});

test("more data than an object may have is none, and a condition says what to do", async () => {
  await using hub = await openTestHub();
  const docs = "x".repeat(200_000);
  const names = Array.from({ length: 6 }, (_, index) => `labring/big${index}:v1`);
  for (const name of names) await hub.push(name, { detail: { docs } });
  await hub.controllers.idle();
  await make(hub, "pack", { type: "detail", names });
  await eventually(async () => {
    const { status } = await hub.store.get("DataPack", "pack");
    assert.equal(status?.phase, "Failed");
    assert.equal(status?.data, undefined);
    assert.match(status?.conditions?.[0]?.message ?? "", /ask for fewer names, or for type grid/);
    // For `kubectl wait --for=condition=Ready=False`, and for those who wait for the condition of its own.
    const conditions = status?.conditions?.map(({ type, status: is, reason }) => `${type} ${is} ${reason}`);
    assert.deepEqual(conditions, ["Ready False TooLarge", "TooLarge True TooLarge"]);
  });
  assert.deepEqual(
    hub.happenings.filter((happening) => happening.includes("DataPack")),
    ["Warning TooLarge DataPack pack"],
  );
});

test("a DataPack is deleted when it expires, not before", async () => {
  await using hub = await openTestHub();
  const { metadata } = await make(hub, "pack", { type: "base", names: [MYSQL], expireTime: "1m" });
  const clock = createManualClock();
  const reconcile = createDataPackReconciler({ ...hub, clock });
  const madeAt = Date.parse(metadata.creationTimestamp ?? "");
  clock.advance(madeAt + 59_000 - clock.now());
  assert.deepEqual(await reconcile("pack", AbortSignal.timeout(1000)), { requeueAfterMs: 1000 });
  clock.advance(1000);
  assert.equal(await reconcile("pack", AbortSignal.timeout(1000)), undefined);
  await assert.rejects(hub.store.get("DataPack", "pack"), NotFoundError);
  assert.equal(hub.happenings.at(-1), "Normal Expired DataPack pack");
});

async function make(hub: TestHub, name: string, spec: Spec<"DataPack">): Promise<DataPack> {
  return hub.store.create(newResource("DataPack", name, { spec }));
}

async function iconIs(hub: TestHub, icon: string): Promise<void> {
  await eventually(async () => {
    const { status } = await hub.store.get("DataPack", "pack");
    assert.equal(status?.data?.["labring/mysql"]?.icon, icon);
  });
}

async function setVisibility(hub: TestHub, visibility: "public" | "private"): Promise<void> {
  await eventually(async () => {
    const repository = await hub.store.get("Repository", "labring.mysql");
    await hub.store.update({ ...repository, spec: { ...repository.spec, visibility } });
  });
}
