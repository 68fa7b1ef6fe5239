import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());

const NAMESPACES = "/api/v1/namespaces";
const READS = "GET, HEAD";

/** An address → the methods that it takes. */
const TAKEN: [path: string, allow: string][] = [
  [NAMESPACES, `${READS}, POST`],
  [`${NAMESPACES}/sealos-imagehub`, `${READS}, PUT, PATCH, DELETE`],
  [`${NAMESPACES}/other`, `${READS}, PUT, PATCH, DELETE`],
  ["/api/v1/secrets", READS],
  [`${NAMESPACES}/sealos-imagehub/secrets`, `${READS}, POST, DELETE`],
  [`${NAMESPACES}/sealos-imagehub/secrets/x`, `${READS}, PUT, PATCH, DELETE`],
  [`${NAMESPACES}/other/secrets`, `${READS}, POST, DELETE`],
  ["/api/v1/events", READS],
  ["/apis/events.k8s.io/v1/events", READS],
];

/** What Kubernetes answers, before it looks at who asks, or for what. */
const NOT_ALLOWED = {
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message: "the server does not allow this method on the requested resource",
  reason: "MethodNotAllowed",
  details: {},
  code: 405,
};

for (const [path, allow] of TAKEN) {
  const others = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter((each) => !allow.includes(each));
  for (const method of others) {
    test(`${method} ${path} is 405 for everybody, and tells what is taken`, async () => {
      for (const authorization of [hub.admin, "", "Bearer none"]) {
        const headers = { ...(authorization !== "" && { authorization }), "content-type": "text/plain" };
        const response = await fetch(hub.url + path, { method, headers, body: "{" });
        assert.equal(response.status, 405);
        assert.deepEqual(await response.json(), NOT_ALLOWED);
        assert.equal(response.headers.get("allow"), allow);
      }
    });
  }
}
