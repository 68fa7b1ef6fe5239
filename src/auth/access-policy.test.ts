import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedActions, type RepositoryFacts } from "./access-policy.ts";
import { ANONYMOUS, type Subject } from "./subject.ts";

const alice: Subject = { kind: "user", name: "alice", administrator: false };
const admin: Subject = { kind: "user", name: "admin", administrator: true };

const PUBLIC = { visibility: "public", organizationExists: true } as const;
const PRIVATE = { visibility: "private", organizationExists: true } as const;
const ABSENT = { visibility: undefined, organizationExists: true } as const;
const NOBODYS = { visibility: undefined, organizationExists: false } as const;

type Facts = Omit<RepositoryFacts, "role" | "name">;
const ALL = "delete,pull,push";

const TABLE: [string, Subject, RepositoryFacts["role"], Facts, string][] = [
  ["anonymous, public", ANONYMOUS, undefined, PUBLIC, "pull"],
  ["anonymous, private", ANONYMOUS, undefined, PRIVATE, ""],
  ["anonymous, absent", ANONYMOUS, undefined, ABSENT, ""],
  ["anonymous, organization absent", ANONYMOUS, undefined, NOBODYS, ""],
  ["stranger, public", alice, undefined, PUBLIC, "pull"],
  ["stranger, private", alice, undefined, PRIVATE, ""],
  ["stranger, absent", alice, undefined, ABSENT, ""],
  ["stranger, organization absent", alice, undefined, NOBODYS, "pull,push"],
  ["reader, public", alice, "reader", PUBLIC, "pull"],
  ["reader, private", alice, "reader", PRIVATE, "pull"],
  ["publisher, private", alice, "publisher", PRIVATE, ALL],
  ["publisher, absent", alice, "publisher", ABSENT, ALL],
  ["owner, private", alice, "owner", PRIVATE, ALL],
  ["administrator, private", admin, undefined, PRIVATE, ALL],
  ["administrator, organization absent", admin, undefined, NOBODYS, ALL],
];

for (const [what, subject, role, facts, actions] of TABLE) {
  test(`${what}: ${actions || "nothing"}`, () => {
    assert.equal(
      [...allowedActions(subject, { ...facts, name: "org/app", role })].toSorted().join(),
      actions,
    );
  });
}

test("a reserved organization that nobody made is pushed to by administrators alone", () => {
  const facts = { ...NOBODYS, name: "library/app", role: undefined };
  assert.deepEqual([...allowedActions(alice, facts)], ["pull"]);
  assert.deepEqual([...allowedActions(admin, facts)].toSorted(), ["delete", "pull", "push"]);
});

test("a reserved organization that is there is its members'", () => {
  const facts = { ...ABSENT, name: "library/app" };
  assert.ok(allowedActions(alice, { ...facts, role: "publisher" }).has("push"));
  assert.equal(allowedActions(alice, { ...facts, role: undefined }).size, 0);
});
