import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "./entry.ts";
import { createFolding } from "./folding.ts";
import { withoutSecrets } from "./without-secrets.ts";

const LIMITS = { ofAddress: 3, inAll: 6 };

function refusal(about: Partial<AuditEntry> = {}): AuditEntry {
  return {
    actor: "eve",
    address: "10.0.0.1",
    action: "login",
    resource: "password",
    organization: "",
    outcome: "denied",
    status: 401,
    count: 1,
    ...about,
  };
}

test("what is the same is written once, and then counted", () => {
  const folding = createFolding(LIMITS);
  assert.deepEqual(folding.add(refusal()), refusal());
  assert.equal(folding.add(refusal()), undefined);
  assert.equal(folding.add(refusal({ count: 2 })), undefined);
  assert.deepEqual(folding.end(), [refusal({ count: 3 })]);
  assert.deepEqual(folding.end(), []);
  assert.deepEqual(folding.add(refusal()), refusal());
});

test("an address that tries many names is told apart a few times, and then counted without them", () => {
  const folding = createFolding(LIMITS);
  const written = Array.from({ length: 100 }, (_, index) => folding.add(refusal({ actor: `eve${index}` })));
  assert.deepEqual(
    written.filter((entry) => entry !== undefined).map(({ actor, address }) => [actor, address]),
    [
      ["eve0", "10.0.0.1"],
      ["eve1", "10.0.0.1"],
      ["eve2", "10.0.0.1"],
      ["", "10.0.0.1"],
    ],
  );
  assert.deepEqual(
    folding.end().map(({ actor, count }) => [actor, count]),
    [["", 96]],
  );
});

test("many addresses are told apart up to a limit, and then counted as one", () => {
  const folding = createFolding(LIMITS);
  const written = Array.from({ length: 1000 }, (_, index) =>
    folding.add(refusal({ address: `10.0.1.${index}` })),
  );
  assert.equal(written.filter((entry) => entry !== undefined).length, 7);
  assert.deepEqual(
    folding.end().map(({ address, count }) => [address, count]),
    [["", 993]],
  );
});

test("what looks like a token is hidden, and names are not", () => {
  assert.equal(withoutSecrets("org/ihp_abcDEF123456:v1"), "org/[hidden]:v1");
  assert.equal(withoutSecrets("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"), "[hidden]");
  assert.equal(withoutSecrets("org/ihp_tools:v1"), "org/ihp_tools:v1");
});
