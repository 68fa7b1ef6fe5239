import assert from "node:assert/strict";
import { after, test } from "node:test";
import { basic, startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { accounts, store } = hub.context;
const PASSWORD = "correct horse battery";
const ONE = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations/one";

await accounts.register({ name: "bob", password: PASSWORD });
await store.create(newResource("Organization", "one", { spec: {} }));

test("a JSON patch is refused with the path that its author wrote", async () => {
  for (const operation of [
    { op: "remove", path: "/spec/nothing" },
    { op: "replace", path: "/spec/nothing", value: 1 },
    { op: "add", path: "/spec/nothing/below", value: 1 },
    { op: "copy", from: "/spec/nothing", path: "/spec/url" },
  ]) {
    const { status, message } = await patch(ONE, { type: "application/json-patch+json", body: [operation] });
    assert.equal(status, 422, message);
    assert.match(message, /: Value required at path: \/spec\/nothing(?:\/below)?$/);
  }
});

test("who may not write status is told what is whose", async () => {
  const { status, message } = await patch(`${ONE}/status`, {
    type: "application/merge-patch+json",
    body: { status: {} },
    by: basic("bob", PASSWORD),
  });
  assert.equal(status, 403);
  const what =
    /^organizations\.imagehub\.sealos\.io "one" is forbidden: User "bob" cannot patch resource "organizations\/status" in .*: status is what the hub finds out/;
  assert.match(message, what);
});

async function patch(
  path: string,
  { type, body, by = hub.admin }: { type: string; body: unknown; by?: string },
): Promise<{ status: number; message: string }> {
  const response = await fetch(hub.url + path, {
    method: "PATCH",
    headers: { authorization: by, "content-type": type },
    body: JSON.stringify(body),
  });
  const { message } = (await response.json()) as { message: string };
  return { status: response.status, message };
}
