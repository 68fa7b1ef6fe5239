import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { PasswordQueueFullError } from "../auth/password.ts";
import { writeError } from "./errors.ts";

test("writeError() says when to come back when too many passwords wait", () => {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  writeError(response, new PasswordQueueFullError(), { request, requestId: "1" });
  assert.deepEqual([response.statusCode, response.getHeader("retry-after")], [429, 3]);
});
