import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ATTEMPT_TTL_S, createAttempts, type Attempt } from "./attempt.ts";

const clock = { now: Date.now() };
const key = randomBytes(32);
const attempts = createAttempts(key, { now: () => clock.now });
const ATTEMPT: Attempt = {
  state: "a state",
  nonce: "a nonce",
  codeVerifier: "a verifier",
  redirectUri: "https://hub.example.com/api/v1/oidc/callback",
  next: "/r/labring/hello",
};

test("another hub with the same database opens what was sealed, and nobody reads it", async () => {
  const sealed = await attempts.seal(ATTEMPT);
  assert.deepEqual(await createAttempts(key).open(sealed), ATTEMPT);
  for (const part of sealed.split("."))
    assert.doesNotMatch(Buffer.from(part, "base64url").toString("latin1"), /a state|a verifier/);
});

test("what is of another key, was changed, is over, or is none, is no attempt", async () => {
  const sealed = await attempts.seal(ATTEMPT);
  const other = await createAttempts(randomBytes(32)).seal(ATTEMPT);
  for (const text of [other, `${sealed.slice(0, -2)}AA`, "", "x", "a.b.c.d.e"])
    assert.equal(await attempts.open(text), undefined);
  clock.now += (ATTEMPT_TTL_S + 1) * 1000;
  assert.equal(await attempts.open(sealed), undefined);
});
