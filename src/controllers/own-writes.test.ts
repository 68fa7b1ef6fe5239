import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceStore } from "../resource-store/port.ts";
import { newResource, type Image } from "../resources/kinds.ts";
import { createOwnWrites } from "./own-writes.ts";

test("a change is claimed once, and only the version that was written", async () => {
  const own = createOwnWrites(["Image"]);
  await own.noting(storeThatGives("2")).updateStatus(image("1"));
  assert.equal(own.claim(image("1")), false);
  assert.equal(own.claim(image("2")), true);
  assert.equal(own.claim(image("2")), false);
});

test("a write that changes nothing is no change", async () => {
  const own = createOwnWrites(["Image"]);
  await own.noting(storeThatGives("1")).updateStatus(image("1"));
  assert.equal(own.claim(image("1")), false);
});

test("a change that is told before its writer goes on is claimed", async () => {
  const own = createOwnWrites(["Image"]);
  const store = storeThatGives("2", () => assert.equal(own.claim(image("2")), true));
  await own.noting(store).updateStatus(image("1"));
});

test("a write that fails leaves nothing to claim", async () => {
  const own = createOwnWrites(["Image"]);
  const store = storeThatGives("2", () => {
    throw new Error("database is away");
  });
  await assert.rejects(own.noting(store).updateStatus(image("1")));
  assert.equal(own.claim(image("2")), false);
});

test("of kinds that nobody asks for nothing is kept", async () => {
  const own = createOwnWrites(["Repository"]);
  await own.noting(storeThatGives("2")).updateStatus(image("1"));
  assert.equal(own.claim(image("2")), false);
});

function image(resourceVersion: string): Image {
  const made = newResource("Image", "labring.mysql.1", { spec: { name: "labring/mysql:1" } });
  return { ...made, metadata: { ...made.metadata, resourceVersion } };
}

/** A store that gives each write this version, after `committed`. */
function storeThatGives(resourceVersion: string, committed: () => void = () => undefined): ResourceStore {
  const store: Pick<ResourceStore, "updateStatus"> = {
    async updateStatus(resource) {
      committed();
      return { ...resource, metadata: { ...resource.metadata, resourceVersion } };
    },
  };
  return store as ResourceStore;
}
