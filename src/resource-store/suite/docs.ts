import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newResource, type Image } from "../../resources/kinds.ts";
import type { WatchEvent } from "../port.ts";
import type { StoreUnderTest } from "../resource-store-suite.ts";
import { readWatch } from "./read-watch.ts";

/** Long, and with what a database's text does not take: NUL, and half of a surrogate pair. */
const DOCS = `# Words \0 \ud800 ${"of some length ".repeat(100)}`;
const OTHER_DOCS = `# Other words ${"of some length ".repeat(100)}`;

export function testDocs(opened: () => StoreUnderTest): void {
  describe("docs of images", () => {
    test("what all readers get has the docs that were written, in spec and status, long and short", async () => {
      const { store } = opened();
      const created = await store.create(image("d.long", DOCS));
      await store.updateStatus({ ...created, status: { detail: { docs: DOCS }, size: 1 } });
      await store.create(image("d.short", "# Few"));
      await store.create(image("d.none", undefined));
      const { items } = await store.list("Image");
      assert.deepEqual(items.map(docsIn), [
        ["d.long", DOCS, DOCS],
        ["d.none", undefined, undefined],
        ["d.short", "# Few", undefined],
      ]);
      for (const item of items) assert.deepEqual(await store.get("Image", item.metadata.name), item);
    });

    test("a list without docs has all else", async () => {
      const { items } = await opened().store.list("Image", { withoutDocs: true });
      assert.deepEqual(items.map(docsIn), [
        ["d.long", undefined, undefined],
        ["d.none", undefined, undefined],
        ["d.short", undefined, undefined],
      ]);
      assert.deepEqual(items[0]?.status, { detail: {}, size: 1 });
      assert.deepEqual(items[0]?.spec.detail, { keywords: ["words"] });
    });

    test("docs that others have too stay when one of them changes or goes", async () => {
      const { store, forgetHistory } = opened();
      const first = await store.create(image("d.a", DOCS));
      await store.create(image("d.b", DOCS));
      await store.update({ ...first, spec: { ...first.spec, detail: { docs: OTHER_DOCS } } });
      await store.delete("Image", "d.a");
      await forgetHistory();
      assert.deepEqual(docsIn(await store.get("Image", "d.b")), ["d.b", DOCS, undefined]);
    });

    test("docs that nobody has any more can be had again", async () => {
      const { store, forgetHistory } = opened();
      for (let round = 0; round < 2; round++) {
        await store.create(image("d.again", OTHER_DOCS));
        assert.deepEqual(docsIn(await store.delete("Image", "d.again")), ["d.again", OTHER_DOCS, undefined]);
        await forgetHistory();
      }
    });

    test("a list of an earlier version has the docs of that moment", async () => {
      const { store } = opened();
      const created = await store.create(image("d.moved", OTHER_DOCS));
      const { resourceVersion = "" } = created.metadata;
      await store.update({ ...created, spec: { ...created.spec, detail: { docs: DOCS } } });
      const { items } = await store.list("Image", { resourceVersion });
      assert.deepEqual(
        items.find(({ metadata }) => metadata.name === "d.moved"),
        created,
      );
      await store.delete("Image", "d.moved");
    });

    for (const withoutDocs of [false, true]) {
      test(`a watch ${withoutDocs ? "without docs tells none" : "tells docs as they were at each change"}`, async () => {
        const { store } = opened();
        const { resourceVersion } = await store.list("Image");
        const created = await store.create(image("d.watched", DOCS));
        await store.update({ ...created, spec: { ...created.spec, detail: { docs: OTHER_DOCS } } });
        await store.delete("Image", "d.watched");
        const watch = readWatch<WatchEvent<"Image">>((signal, tell) =>
          store.watch("Image", { resourceVersion, withoutDocs, signal }, tell),
        );
        const seen: unknown[] = [];
        while (seen.length < 3) {
          const event = await watch.next();
          seen.push([event?.type, event?.object.spec.detail?.docs]);
        }
        await watch.stop();
        const docs = [DOCS, OTHER_DOCS, OTHER_DOCS].map((text) => (withoutDocs ? undefined : text));
        const types = ["ADDED", "MODIFIED", "DELETED"];
        assert.deepEqual(
          seen,
          types.map((type, index) => [type, docs[index]]),
        );
      });
    }
  });
}

function image(name: string, docs: string | undefined): Image {
  const detail = { keywords: ["words"], ...(docs !== undefined && { docs }) };
  return newResource("Image", name, { spec: { name: `${name.replace(".", "/")}:v1`, detail } });
}

function docsIn({ metadata, spec, status }: Image): (string | undefined)[] {
  return [metadata.name, spec.detail?.docs, status?.detail?.docs];
}
