import assert from "node:assert/strict";
import { after, test } from "node:test";
import { basic, startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { accounts, personalTokens, store } = hub.context;
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

test("of many that patch one at once, all are heard, and each is warned once", async () => {
  const words = { name: "many", scopes: ["admin"], repositories: [], expiresAt: undefined } as const;
  // A password takes its time, which keeps requests apart.
  const { token } = await personalTokens.create("admin", words);
  const labels = Array.from({ length: 30 }, (_, index) => `label-${index}`);
  const answers = await Promise.all(
    labels.map((label) =>
      patch(ONE, {
        type: "application/merge-patch+json",
        body: { metadata: { labels: { [label]: "1" } }, unknown: 1 },
        by: `Bearer ${token}`,
      }),
    ),
  );
  assert.deepEqual(
    answers.map(({ status, warning }) => [status, warning]),
    labels.map(() => [200, `299 - "unknown field \\"unknown\\""`]),
  );
  const { metadata } = await store.get("Organization", "one");
  assert.deepEqual(Object.keys(metadata.labels ?? {}).toSorted(), labels.toSorted());
});

async function patch(
  path: string,
  { type, body, by = hub.admin }: { type: string; body: unknown; by?: string },
): Promise<{ status: number; message: string; warning: string | null }> {
  const response = await fetch(hub.url + path, {
    method: "PATCH",
    headers: { authorization: by, "content-type": type },
    body: JSON.stringify(body),
  });
  const { message } = (await response.json()) as { message: string };
  return { status: response.status, message, warning: response.headers.get("warning") };
}
