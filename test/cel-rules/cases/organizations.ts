import type { Member } from "../../../src/resources/organization.ts";
import { organization, user, type Case } from "../case.ts";

const alice: Member = { kind: "User", name: "alice", role: "owner" };
const group: Member = { kind: "Group", name: "staff", role: "owner" };
const robot: Member = { kind: "ServiceAccount", name: "ci", role: "owner" };
const reader: Member = { kind: "User", name: "bob", role: "reader" };

export const ORGANIZATIONS: Case[] = [
  { title: "organization: a name", resource: organization("acme-2") },
  { title: "organization: a name of one digit", resource: organization("7") },
  { title: "organization: a name of 63", resource: organization("a".repeat(63)) },
  { title: "organization: a name of 64", resource: organization("a".repeat(64)) },
  { title: "organization: a name with a dot", resource: organization("acme.io") },
  { title: "organization: a name in upper case", resource: organization("Acme") },
  { title: "organization: a name that ends with a dash", resource: organization("acme-") },
  { title: "members: none are named", resource: organization("acme") },
  { title: "members: an empty list", resource: organization("acme", { members: [] }) },
  {
    title: "members: a reader, beside who creates it",
    resource: organization("acme", { members: [reader] }),
  },
  { title: "members: a user owns it", resource: organization("acme", { members: [reader, alice] }) },
  { title: "members: a group owns it", resource: organization("acme", { members: [group] }) },
  { title: "members: a robot owns it too", resource: organization("acme", { members: [robot, alice] }) },
  { title: "members: a robot alone owns it", resource: organization("acme", { members: [robot] }) },
  changed("members: another owner", [alice, reader], [reader, group]),
  changed("members: left out", [alice, reader], undefined),
  changed("members: the last owner is a reader now", [alice], [{ ...alice, role: "reader" }]),
  changed("members: the last owner goes", [alice, reader], [reader]),
  changed("members: all go", [alice], []),
  changed("members: a robot in the place of the last owner", [alice], [robot]),
  {
    title: "members: another word, where a user owns it",
    old: organization("acme", { members: [alice] }),
    resource: organization("acme", { members: [alice], displayName: "Acme" }),
  },
  { title: "user: a name", resource: user("alice") },
  { title: "user: a name with a dot", resource: user("alice.b"), saysGrammar: true },
  { title: "user: stars", resource: user("alice", { starred: ["acme/app", "a_b/c/d"] }) },
  { title: "user: stars an image", resource: user("alice", { starred: ["acme/app:v1"] }), saysGrammar: true },
  { title: "user: stars an organization", resource: user("alice", { starred: ["acme"] }), saysGrammar: true },
];

function changed(title: string, before: Member[], after: Member[] | undefined): Case {
  return {
    title,
    old: organization("acme", { members: before }),
    resource: organization("acme", after && { members: after }),
  };
}
