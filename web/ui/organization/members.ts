import type { Member, Role } from "../../../src/resources/organization.ts";

/** Which member is meant: a user and a group may have the same name. */
export type MemberKey = Pick<Member, "kind" | "name">;

export function hasMember(members: readonly Member[], key: MemberKey): boolean {
  return members.some((member) => isSame(member, key));
}

/** The members with this one in that role, added when it is not among them. */
export function withMember(members: readonly Member[], key: MemberKey, role: Role): Member[] {
  if (!hasMember(members, key)) return [...members, { kind: key.kind, name: key.name, role }];
  return members.map((member) => (isSame(member, key) ? { ...member, role } : member));
}

export function withoutMember(members: readonly Member[], key: MemberKey): Member[] {
  return members.filter((member) => !isSame(member, key));
}

/** One user an owner in the place of another, who is a member no more. */
export function handOver(members: readonly Member[], { from, to }: { from: string; to: string }): Member[] {
  return withMember(
    withoutMember(members, { kind: "User", name: from }),
    { kind: "User", name: to },
    "owner",
  );
}

/** Whether it is the one owner left, who stays: without one, nobody could ever add another. */
export function isLastOwner(members: readonly Member[], { role }: Member): boolean {
  return role === "owner" && members.filter((member) => member.role === "owner").length === 1;
}

/** Those whose name has the text in it: owners first, then by name. */
export function findMembers(members: readonly Member[], text: string): Member[] {
  const found = members.filter(({ name }) => name.includes(text.trim().toLowerCase()));
  return found.toSorted((a, b) => RANK[a.role] - RANK[b.role] || a.name.localeCompare(b.name));
}

function isSame(member: MemberKey, { kind, name }: MemberKey): boolean {
  return member.kind === kind && member.name === name;
}

const RANK: Record<Role, number> = { owner: 0, publisher: 1, reader: 2 };
