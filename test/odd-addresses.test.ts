import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { hostname, port } = new URL(hub.url);

/** What no client makes of an address: it is sent as it is. */
async function ask(path: string, { method = "GET", authorization = hub.admin } = {}) {
  const headers = authorization === "" ? {} : { authorization };
  const { promise, resolve, reject } = Promise.withResolvers<import("node:http").IncomingMessage>();
  request({ hostname, port, path, method, headers }, resolve).on("error", reject).end();
  const response = await promise;
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

for (const path of [
  "//v2/",
  "/v2//",
  "/./v2/",
  "/x/../v2/",
  "/v2/..",
  "/v2/.",
  "/%2fv2/",
  "/v2%2F_catalog",
  "//v2/_catalog",
  "/v2//_catalog",
  "/v2/../v2/_catalog",
  "/v2/%2e%2e/v2/_catalog",
  "/v2/_catalog/",
  "/v2/a/b/tags/list/",
]) {
  test(`the registry has no ${path}, and says so as it does to who asks without a token`, async () => {
    for (const method of ["GET", "PUT"]) {
      const { status, body, headers } = await ask(path, { method });
      assert.equal(status, 404, body);
      assert.equal((JSON.parse(body) as { errors: { code: string }[] }).errors[0]?.code, "NAME_UNKNOWN");
      assert.equal(headers["docker-distribution-api-version"], "registry/2.0");
    }
    const anonymous = await ask(path, { authorization: "" });
    assert.equal(anonymous.status, 401);
    assert.match(anonymous.headers["www-authenticate"] ?? "", /^Bearer realm=/);
  });
}

for (const path of [
  "//api/v1/me",
  "/api//v1/me",
  "/api/v1/../v1/me",
  "/x/%2e%2e/api/v1/me",
  "//token",
  "/token/..",
  "/v1/./search",
]) {
  test(`the JSON API has no ${path}`, async () => {
    const { status, body, headers } = await ask(path);
    assert.equal(status, 404, body);
    assert.equal(headers["content-type"], "application/problem+json; charset=utf-8");
  });
}

for (const path of [
  "//apis",
  "/apis//imagehub.sealos.io/v1",
  "/apis/imagehub.sealos.io/../imagehub.sealos.io/v1",
  "/apis/..",
]) {
  test(`the Kubernetes API has no ${path}`, async () => {
    const { status, body } = await ask(path);
    const { kind, reason } = JSON.parse(body) as { kind: string; reason: string };
    assert.deepEqual([status, kind, reason], [404, "Status", "NotFound"]);
  });
}

for (const path of [
  "//",
  "//evil.example/",
  "/..",
  "/../etc/passwd",
  "/o/../../etc/passwd",
  "/a\\b",
  "//healthz",
  "/r//org1/app",
  "/r/org1/app/../other",
  "/r/org1\\app",
]) {
  test(`there is no page ${path}`, async () => {
    const { status, headers, body } = await ask(path);
    assert.equal(status, 404);
    assert.equal(headers["content-type"], "text/html; charset=utf-8", body);
  });
}
