import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member } from "../../../src/resources/organization.ts";
import { findMembers, handOver, isLastOwner, withMember, withoutMember } from "./members.ts";

const OWNER: Member = { kind: "User", name: "alice", role: "owner" };
const GROUP: Member = { kind: "Group", name: "bob", role: "reader" };
const BOB: Member = { kind: "User", name: "bob", role: "publisher" };

test("the last owner is known, and one of two is not the last", () => {
  assert.equal(isLastOwner([OWNER, BOB], OWNER), true);
  assert.equal(isLastOwner([OWNER, BOB], BOB), false);
  assert.equal(isLastOwner([OWNER, { ...BOB, role: "owner" }], OWNER), false);
});

test("a user and a group of one name are two members", () => {
  assert.deepEqual(withoutMember([OWNER, GROUP, BOB], BOB), [OWNER, GROUP]);
  assert.deepEqual(withMember([GROUP, BOB], BOB, "owner"), [GROUP, { ...BOB, role: "owner" }]);
  assert.deepEqual(withMember([GROUP], BOB, "publisher"), [GROUP, BOB]);
});

test("who hands over is a member no more, and whoever gets it an owner", () => {
  assert.deepEqual(handOver([OWNER, GROUP, BOB], { from: "alice", to: "bob" }), [
    GROUP,
    { ...BOB, role: "owner" },
  ]);
});

test("members stand by role, then by name, and are found by a part of the name", () => {
  assert.deepEqual(findMembers([BOB, GROUP, OWNER], ""), [OWNER, BOB, GROUP]);
  assert.deepEqual(findMembers([BOB, GROUP, OWNER], " LI "), [OWNER]);
});
