import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const ORGANIZATIONS = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations";

test("nothing is done in the name of another", async () => {
  const body = JSON.stringify({
    apiVersion: "imagehub.sealos.io/v1",
    kind: "Organization",
    metadata: { name: "acme" },
    spec: {},
  });
  for (const header of [
    "Impersonate-User",
    "Impersonate-Group",
    "Impersonate-Uid",
    "Impersonate-Extra-Scopes",
  ]) {
    for (const [path, init] of [
      [ORGANIZATIONS, {}],
      [ORGANIZATIONS, { method: "POST", body }],
      ["/api/v1/namespaces/sealos-imagehub/events?watch=1", {}],
      ["/api", {}],
      ["/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { method: "POST", body: "{}" }],
    ] as const) {
      const headers = { authorization: hub.admin, "content-type": "application/json", [header]: "bob" };
      const response = await fetch(hub.url + path, { ...init, headers });
      const status = (await response.json()) as { kind: string; reason: string; message: string };
      assert.deepEqual([response.status, status.kind, status.reason], [403, "Status", "Forbidden"], path);
      assert.match(status.message, /does not support impersonation .*use a token of the user/);
    }
  }
  await assert.rejects(hub.context.store.get("Organization", "acme"));
});
