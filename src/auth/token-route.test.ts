import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { PasswordQueueFullError } from "./password.ts";
import { registerTokenRoute } from "./token-route.ts";

test("/token says when to come back when too many passwords wait", async () => {
  const app = Fastify();
  registerTokenRoute(app, { issue: () => Promise.reject(new PasswordQueueFullError()) });
  const response = await app.inject({ url: "/token", headers: { authorization: "Basic YTpi" } });
  assert.deepEqual([response.statusCode, response.headers["retry-after"]], [429, "3"]);
  assert.equal(response.json<{ errors: { code: string }[] }>().errors[0]?.code, "TOOMANYREQUESTS");
});
