import { Option, type Command } from "commander";
import type { UserDeletion } from "../api/contract/user-deletion.ts";
import { confirmByName } from "./ask.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatCountOf } from "./format.ts";

interface DeleteFlags {
  organizations?: string;
  to?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/** `imagehub user delete`: says what becomes of organizations, and asks. */
export function addUserDeletion(user: Command): void {
  const command = user
    .command("delete")
    .description("delete an account; what was pushed stays")
    .argument("<NAME>")
    .addOption(
      new Option(
        "--organizations <WHAT>",
        "what becomes of organizations that nobody else owns: they stay without an owner, get another (--to), or go if they are empty",
      ).choices(["keep", "transfer", "delete"]),
    )
    .option("--to <USER>", "the owner that they get")
    .option("--dry-run", "tell what would be, and change nothing")
    .option("--yes", "do not ask");
  onHub<DeleteFlags, [string]>(command, deleteUser);
}

async function deleteUser(hub: HubClient, flags: DeleteFlags, name: string): Promise<void> {
  const { organizations, to, dryRun = false, yes = false } = flags;
  const address = `/api/v1/users/${encodeURIComponent(name)}`;
  const plan = await hub.request<UserDeletion>("DELETE", `${address}?dryRun=true`);
  if (dryRun) return print(describe(plan));
  requireChoice(plan, flags);
  process.stderr.write(`${describe(plan)}\n`);
  await confirmByName(name, { isSure: yes, what: `delete the account ${name}` });
  const query = new URLSearchParams({
    ...(organizations !== undefined && { organizations }),
    ...(to !== undefined && { to }),
  });
  await hub.request("DELETE", `${address}?${query}`);
  print(`Deleted account ${name}`);
}

function describe({ name, organizations, leaves }: UserDeletion): string {
  const owned = organizations.map(
    (each) => `${each.name} (${formatCountOf(each.repositories, "repository", "repositories")})`,
  );
  return [
    `${name} goes with its sessions, tokens and memberships; what was pushed stays.`,
    ...(leaves.length > 0 ? [`It leaves ${leaves.join(", ")}.`] : []),
    ...(owned.length > 0 ? [`Nobody else owns ${owned.join(", ")}.`] : []),
  ].join("\n");
}

/** @throws CommandError */
function requireChoice({ name, organizations }: UserDeletion, flags: DeleteFlags): void {
  if (flags.organizations === "transfer" && flags.to === undefined)
    throw new CommandError("Cannot pass organizations on: name their new owner with --to USER");
  if (organizations.length === 0 || flags.organizations !== undefined) return;
  const names = organizations.map((each) => each.name).join(", ");
  throw new CommandError(
    `Cannot delete ${name}: nobody else owns ${names}; say what becomes of them: --organizations keep, --organizations transfer --to USER, or --organizations delete`,
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
