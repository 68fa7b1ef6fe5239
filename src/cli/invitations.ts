import { Option, type Command } from "commander";
import type {
  Invitation,
  InvitationList,
  InvitationShownOnce,
  NewInvitation,
} from "../api/contract/invitations.ts";
import type { Role } from "../resources/organization.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { parseExpires } from "./expiry.ts";
import { formatTable } from "./format.ts";

interface InviteFlags {
  role: Role;
  uses: string;
  expires: string;
  json?: boolean;
}

/** `imagehub org invite`, `invitations` and `revoke` */
export function addInvitations(organization: Command): void {
  const invite = organization
    .command("invite")
    .description("print a link by which people join, also who has no account yet; it is shown this once")
    .argument("<NAME>")
    .addOption(
      new Option("--role <ROLE>", "what they are in it")
        .choices(["owner", "publisher", "reader"])
        .default("publisher"),
    )
    .option("--uses <COUNT>", "how many people may join by it", "1")
    .option("--expires <TIME>", "when it ends: 7d, 12h, or 2027-01-31", "7d")
    .option("--json", "print it as JSON");
  onHub<InviteFlags, [string]>(invite, inviteTo);
  const list = organization
    .command("invitations")
    .description("list the invitations of an organization that are good")
    .argument("<NAME>")
    .option("--json", "print the list as JSON");
  onHub<{ json?: boolean }, [string]>(list, listInvitations);
  const revoke = organization
    .command("revoke")
    .description("revoke an invitation; who has joined stays")
    .argument("<NAME>")
    .argument("<ID>", "as the list shows it");
  onHub<object, [string, string]>(revoke, async (hub, _flags, name, id) => {
    await hub.request("DELETE", `${addressOf(name)}/${encodeURIComponent(id)}`);
    print(`Revoked invitation ${id}`);
  });
}

async function inviteTo(
  hub: HubClient,
  { role, uses, expires, json = false }: InviteFlags,
  name: string,
): Promise<void> {
  const words: NewInvitation = { role, uses: Number(uses), expiresAt: parseExpires(expires) };
  const made = await hub.request<InvitationShownOnce>("POST", addressOf(name), words);
  if (json) return print(JSON.stringify(made, undefined, 2));
  print(made.url);
  process.stderr.write(`Hand this link on: whoever opens it joins ${name} as ${role}\n`);
}

async function listInvitations(
  hub: HubClient,
  { json = false }: { json?: boolean },
  name: string,
): Promise<void> {
  const { items } = await hub.request<InvitationList>("GET", addressOf(name));
  if (json) return print(JSON.stringify(items, undefined, 2));
  if (items.length === 0) return print(`Nobody is invited. Next: imagehub org invite ${name}`);
  print(formatTable([["ID", "ROLE", "USES LEFT", "BY", "EXPIRES"], ...items.map(rowOf)]));
}

function rowOf({ id, role, usesLeft, createdBy, expiresAt }: Invitation): string[] {
  return [id, role, String(usesLeft), createdBy, expiresAt.slice(0, 10)];
}

function addressOf(organization: string): string {
  return `/api/v1/organizations/${encodeURIComponent(organization)}/invitations`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
