import { Option, type Command } from "commander";
import type { Me } from "../api/contract/me.ts";
import type { Member, Role } from "../resources/organization.ts";
import type { HubClient } from "./client.ts";
import { onHub, reportErrors } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatTable } from "./format.ts";
import { addInvitations } from "./invitations.ts";
import { addMembers } from "./members.ts";
import { changeMembers, createOrganization } from "./organization-resource.ts";

interface CreateFlags {
  displayName?: string;
  description?: string;
  private?: boolean;
}

interface TransferFlags {
  to: string;
  stay?: Role;
}

interface Printed {
  json?: boolean;
}

/** `imagehub org list`, `create`, `leave`, `transfer` and `rename`, with those of `members.ts` and `invitations.ts` */
export function addOrganization(program: Command): void {
  const organization = program
    .command("org")
    .description("organizations: yours, their members, inviting, leaving and passing on");
  const list = organization
    .command("list", { isDefault: true })
    .description("list the organizations that you are in")
    .option("--json", "print the list as JSON");
  onHub<Printed>(list, listOrganizations);
  const create = organization
    .command("create")
    .description("make an organization; you are its owner")
    .argument("<NAME>", "images are HUB/NAME/image; it cannot be changed later")
    .option("--display-name <TEXT>", "how it is shown")
    .option("--description <TEXT>", "what it is")
    .option("--private", "what is pushed to it for the first time is private (default: public)");
  onHub<CreateFlags, [string]>(create, makeOrganization);
  addMembers(organization);
  addInvitations(organization);
  addGoing(organization);
}

/** Ways out, and the one that there is not. */
function addGoing(organization: Command): void {
  const leave = organization
    .command("leave")
    .description("leave an organization; its last owner makes somebody else an owner first")
    .argument("<NAME>");
  onHub<object, [string]>(leave, async (hub, _flags, name) => {
    await hub.request("DELETE", `/api/v1/organizations/${encodeURIComponent(name)}/membership`);
    print(`Left ${name}`);
  });
  const transfer = organization
    .command("transfer")
    .description("make another member the owner, and leave")
    .argument("<NAME>")
    .requiredOption("--to <USER>", "a member of it")
    .addOption(new Option("--stay <ROLE>", "stay in it, as this").choices(["owner", "publisher", "reader"]));
  onHub<TransferFlags, [string]>(transfer, transferTo);
  organization
    .command("rename")
    .description("say why an organization is not renamed, and what to do")
    .argument("<NAME>")
    .argument("<NEW>")
    // Those of the other commands say no more than that.
    .allowUnknownOption()
    .allowExcessArguments()
    .action((name: string, next: string) => reportErrors(() => refuseRename(name, next)));
}

async function listOrganizations(hub: HubClient, { json = false }: Printed): Promise<void> {
  const { organizations } = await hub.request<Me>("GET", "/api/v1/me");
  if (json) return print(JSON.stringify(organizations, undefined, 2));
  if (organizations.length === 0) return print("You are in none. Next: imagehub org create NAME");
  print(formatTable([["NAME", "ROLE"], ...organizations.map(({ name, role }) => [name, role])]));
}

async function makeOrganization(
  hub: HubClient,
  { displayName, description, private: isPrivate = false }: CreateFlags,
  name: string,
): Promise<void> {
  await createOrganization(hub, name, {
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
    ...(isPrivate && { defaultVisibility: "private" }),
  });
  print(`Made organization ${name}. Next: imagehub org invite ${name} --role publisher`);
}

async function transferTo(hub: HubClient, { to, stay }: TransferFlags, name: string): Promise<void> {
  const { name: own } = await hub.request<Me>("GET", "/api/v1/me");
  if (to === own)
    throw new CommandError(`Cannot transfer ${name}: ${to} is you; name another member with --to`);
  await changeMembers(hub, name, (members) => passOn(name, members, { to, own, stay }));
  print(`${to} is an owner of ${name}${stay === undefined ? "; you have left it" : `; you are its ${stay}`}`);
}

/** To a member alone, who is known to be there: a name that nobody has would be an organization that nobody owns. */
function passOn(
  organization: string,
  members: readonly Member[],
  { to, own, stay }: { to: string; own: string; stay: Role | undefined },
): Member[] {
  if (!members.some((member) => isUser(member, to))) {
    throw new CommandError(
      `Cannot transfer ${organization}: ${to} is no member; invite first: imagehub org invite ${organization} --role owner`,
    );
  }
  return members.flatMap((member) => {
    if (isUser(member, to)) return [{ ...member, role: "owner" as const }];
    if (!isUser(member, own)) return [member];
    return stay === undefined ? [] : [{ ...member, role: stay }];
  });
}

function isUser({ kind, name }: Member, user: string): boolean {
  return kind === "User" && name === user;
}

async function refuseRename(name: string, next: string): Promise<void> {
  throw new CommandError(
    `Cannot rename ${name}: its name is part of every image's name, and of what clients, manifests and signatures say of it. Make another (imagehub org create ${next}), copy its images (skopeo sync, crane cp), and delete the old one when nobody pulls from it any more`,
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
