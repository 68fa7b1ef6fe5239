import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import type { PasswordReset } from "../api/contract/password-reset.ts";
import type { NewUser, UserAccount, UserPage } from "../api/contract/users.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatTable } from "./format.ts";
import { addUserDeletion } from "./user-deletion.ts";

interface ListFlags {
  limit: string;
  json?: boolean;
}

/** As many as the API gives at once. */
const MAX_PAGE = 500;

/** `imagehub user list`, `create`, `disable`, `enable`, `reset-password` and `delete` */
export function addUser(program: Command): void {
  const user = program.command("user").description("accounts: list, make, help and delete them");
  const list = user
    .command("list")
    .description("list accounts, by name")
    .argument("[TEXT]", "a part of the name, or of the display name")
    .option("--limit <COUNT>", "how many", "100")
    .option("--json", "print the list as JSON");
  onHub<ListFlags, [string | undefined]>(list, listUsers);
  const create = user
    .command("create")
    .description(
      "make an account, and print a link by which its user sets the password; with IMAGEHUB_NEW_PASSWORD, that is the password",
    )
    .argument("<NAME>")
    .option("--display-name <TEXT>", "how the user is shown");
  onHub<{ displayName?: string }, [string]>(create, createUser);
  addSwitch(user, { name: "disable", disabled: true, description: "let nobody log in to an account" });
  addSwitch(user, { name: "enable", disabled: false, description: "let the user of an account in again" });
  const reset = user
    .command("reset-password")
    .description("print a link by which a user sets a new password, once, within a day")
    .argument("<NAME>");
  onHub<object, [string]>(reset, async (hub, _flags, name) => printLink(await makeLink(hub, name)));
  addUserDeletion(user);
}

function addSwitch(
  user: Command,
  { name: verb, disabled, description }: { name: string; disabled: boolean; description: string },
): void {
  const command = user.command(verb).description(description).argument("<NAME>");
  onHub<object, [string]>(command, async (hub, _flags, name) => {
    await hub.request<UserAccount>("PATCH", addressOf(name), { disabled });
    print(
      disabled
        ? `Disabled ${name}: sessions have ended, pushes and tokens are refused. Next: imagehub user enable ${name}`
        : `${name} may log in again`,
    );
  });
}

async function listUsers(
  hub: HubClient,
  { limit, json = false }: ListFlags,
  text: string | undefined,
): Promise<void> {
  const wanted = parseCount(limit);
  const users: UserAccount[] = [];
  let next: string | undefined = "";
  while (next !== undefined && users.length < wanted) {
    const query = new URLSearchParams({
      limit: String(Math.min(wanted - users.length, MAX_PAGE)),
      ...(text !== undefined && { q: text }),
      ...(next !== "" && { continue: next }),
    });
    const page: UserPage = await hub.request<UserPage>("GET", `/api/v1/users?${query}`);
    users.push(...page.items);
    next = page.continue;
  }
  if (json) return print(JSON.stringify(users, undefined, 2));
  if (users.length === 0) return print("There is no such user. Next: imagehub user create NAME");
  print(formatTable([["NAME", "DISPLAY NAME", "STATE", "SINCE"], ...users.map(rowOf)]));
  if (next !== undefined) print("There are more: --limit COUNT, or a part of the name");
}

/** @throws CommandError */
function parseCount(limit: string): number {
  if (/^[1-9]\d{0,6}$/.test(limit)) return Number(limit);
  throw new CommandError(`Cannot take --limit ${JSON.stringify(limit)}: expected a whole number, 1 or more`);
}

async function createUser(
  hub: HubClient,
  { displayName }: { displayName?: string },
  name: string,
): Promise<void> {
  const password = process.env["IMAGEHUB_NEW_PASSWORD"] || undefined;
  const words: NewUser = {
    name,
    // Nobody is to know it: 256 random bits until the user sets another.
    password: password ?? randomBytes(32).toString("base64url"),
    ...(displayName !== undefined && { displayName }),
  };
  await hub.request("POST", "/api/v1/users", words);
  if (password === undefined) printLink(await makeLink(hub, name));
  else print(`Made account ${name}`);
}

function makeLink(hub: HubClient, name: string): Promise<PasswordReset> {
  return hub.request<PasswordReset>("POST", `${addressOf(name)}/password-reset`);
}

/** The link alone on standard output, for programs that pass it on. */
function printLink({ url, expiresAt }: PasswordReset): void {
  print(url);
  process.stderr.write(
    `Hand this link to the user: it sets the password once, until ${expiresAt}, and is not shown again\n`,
  );
}

function rowOf({ name, displayName = "", administrator, disabled, createdAt }: UserAccount): string[] {
  const state = administrator ? "administrator" : disabled ? "disabled" : "";
  return [name, displayName, state, createdAt.slice(0, 10)];
}

function addressOf(name: string): string {
  return `/api/v1/users/${encodeURIComponent(name)}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
