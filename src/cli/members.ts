import { Option, type Command } from "commander";
import type { Member, Role } from "../resources/organization.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatTable } from "./format.ts";
import { changeMembers, getOrganization } from "./organization-resource.ts";

const ROLES = ["owner", "publisher", "reader"] as const satisfies Role[];

interface Printed {
  json?: boolean;
}

interface WhichFlags {
  group?: boolean;
}

/** `imagehub org members`, `add` and `remove` */
export function addMembers(organization: Command): void {
  const members = organization
    .command("members")
    .description("list who is in an organization")
    .argument("<NAME>")
    .option("--json", "print the list as JSON");
  onHub<Printed, [string]>(members, listMembers);
  const add = organization
    .command("add")
    .description("make a user a member, or give a member another role")
    .argument("<NAME>")
    .argument("<MEMBER>", "a user, or a group")
    .addOption(new Option("--role <ROLE>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--group", "MEMBER is a group of the OpenID Connect provider");
  onHub<WhichFlags & { role: Role }, [string, string]>(add, setMember);
  const remove = organization
    .command("remove")
    .description("make a member none; the last owner stays")
    .argument("<NAME>")
    .argument("<MEMBER>", "a user, or a group")
    .option("--group", "MEMBER is a group of the OpenID Connect provider");
  onHub<WhichFlags, [string, string]>(remove, removeMember);
}

async function listMembers(hub: HubClient, { json = false }: Printed, name: string): Promise<void> {
  const { members = [] } = (await getOrganization(hub, name)).spec;
  if (json) return print(JSON.stringify(members, undefined, 2));
  print(
    formatTable([["NAME", "KIND", "ROLE"], ...members.map(({ name: who, kind, role }) => [who, kind, role])]),
  );
}

async function setMember(
  hub: HubClient,
  { role, group }: WhichFlags & { role: Role },
  name: string,
  who: string,
): Promise<void> {
  const member: Member = { kind: kindOf(group), name: who, role };
  await changeMembers(hub, name, (members) => [...members.filter((other) => !isSame(other, member)), member]);
  print(`${who} is ${role} in ${name}`);
}

async function removeMember(hub: HubClient, { group }: WhichFlags, name: string, who: string): Promise<void> {
  const member = { kind: kindOf(group), name: who };
  await changeMembers(hub, name, (members) => {
    const others = members.filter((other) => !isSame(other, member));
    if (others.length < members.length) return others;
    throw new CommandError(
      `Cannot remove ${who}: no ${member.kind} of this name is in ${name}; imagehub org members ${name} lists who is`,
    );
  });
  print(`${who} is not in ${name} any more`);
}

function kindOf(group = false): "Group" | "User" {
  return group ? "Group" : "User";
}

function isSame(left: Pick<Member, "kind" | "name">, right: Pick<Member, "kind" | "name">): boolean {
  return left.kind === right.kind && left.name === right.name;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
