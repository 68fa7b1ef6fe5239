import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { newResource, type Organization, type Spec } from "../src/resources/kinds.ts";
import { ApiError } from "./http.ts";
import { changeSpec, ClashError, setFields } from "./resource-api.ts";

const SEEN = organization("1", { displayName: "Team", description: "as seen" });

test("a field that somebody else changed meanwhile is not replaced: the failure tells what it is now", async (t) => {
  const hub = serve(t, organization("2", { displayName: "Team", description: "theirs" }));
  await assert.rejects(setFields(SEEN, { description: "mine" }), (error) => {
    assert.ok(error instanceof ClashError);
    assert.deepEqual(error.fields, ["description"]);
    assert.equal((error.current as Organization).spec.description, "theirs");
    return true;
  });
  assert.equal(hub.stored().spec.description, "theirs");
});

test("what others changed beside it stays as they have it", async (t) => {
  const hub = serve(t, organization("2", { displayName: "Their team", description: "as seen" }));
  await setFields(SEEN, { description: "mine" });
  assert.deepEqual(hub.stored().spec, { displayName: "Their team", description: "mine" });
});

test("a field that the user cleared goes", async (t) => {
  const hub = serve(t, SEEN);
  await setFields(SEEN, { description: undefined });
  assert.deepEqual(hub.stored().spec, { displayName: "Team" });
});

test("a list is changed as it is at that moment, so that nobody's member is lost", async (t) => {
  const bob = { kind: "User", name: "bob", role: "reader" } as const;
  const eve = { kind: "User", name: "eve", role: "reader" } as const;
  const hub = serve(t, organization("2", { members: [bob] }));
  await changeSpec(SEEN, ({ spec }) => ({ members: [...(spec.members ?? []), eve] }));
  assert.deepEqual(hub.stored().spec.members, [bob, eve]);
});

test("a hub that always has a newer version is not asked for ever", async (t) => {
  let asked = 0;
  t.mock.method(globalThis, "fetch", async (_address: string, { method = "GET" }: RequestInit) => {
    asked += 1;
    return method === "GET" ? Response.json(SEEN) : Response.json({ message: "newer" }, { status: 409 });
  });
  await assert.rejects(setFields(SEEN, { description: "mine" }), ApiError);
  assert.equal(asked, 9);
});

function organization(resourceVersion: string, spec: Spec<"Organization">): Organization {
  const resource = newResource("Organization", "team", { spec });
  return { ...resource, metadata: { ...resource.metadata, resourceVersion } };
}

/** A hub with one organization: it takes merge patches at the version that it has, and no other. */
function serve(t: TestContext, initial: Organization) {
  let stored = initial;
  t.mock.method(globalThis, "fetch", async (_address: string, { method = "GET", body }: RequestInit) => {
    if (method === "GET") return Response.json(stored);
    const { metadata, spec } = JSON.parse(String(body)) as Organization;
    if (metadata.resourceVersion !== stored.metadata.resourceVersion) {
      return Response.json({ message: "the object has been modified" }, { status: 409 });
    }
    const merged = Object.entries({ ...stored.spec, ...spec }).filter(([, value]) => value !== null);
    stored = { ...stored, spec: Object.fromEntries(merged) };
    return Response.json(stored);
  });
  return { stored: () => stored };
}
