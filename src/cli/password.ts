import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { ChangedPassword } from "../api/contract/me.ts";
import { askHidden, canAsk } from "./ask.ts";
import { connectToHub, type HubFlags } from "./client.ts";
import { reportErrors } from "./command.ts";
import { CommandError } from "./errors.ts";
import { readSavedLogin } from "./saved-login.ts";

/** `imagehub password`: by the present one, since a token does not change it. */
export function addPassword(program: Command): void {
  const command = program
    .command("password")
    .description(
      "change your password; asks for the present and the new one, or reads them as two lines of standard input",
    )
    .option("--hub <URL>", "address of the hub (default: that of the last login) [IMAGEHUB_HUB]")
    .option("--data <FOLDER>", "data folder of a hub on this machine [IMAGEHUB_DATA]")
    .option("--user <NAME>", "whose password (default: that of the last login) [IMAGEHUB_USER]");
  command.action(() => reportErrors(() => changePassword(command.opts<HubFlags>())));
}

async function changePassword(flags: HubFlags): Promise<void> {
  const user = flags.user ?? (process.env["IMAGEHUB_USER"] || readSavedLogin()?.user);
  if (user === undefined)
    throw new CommandError("Cannot change the password of nobody: name the user with --user");
  const change = canAsk() ? await askFor(user) : await readLines();
  const environment = { ...process.env, IMAGEHUB_PASSWORD: change.current };
  const hub = await connectToHub({ ...flags, user }, environment);
  await hub.request("PUT", "/api/v1/me/password", change);
  process.stdout.write(`Changed the password of ${user}; other sessions have ended, tokens stay\n`);
}

async function askFor(user: string): Promise<ChangedPassword> {
  const current = await askHidden(`Present password of ${user}: `);
  const password = await askHidden("New password (8 characters at least): ");
  if ((await askHidden("Once more: ")) === password) return { current, password };
  throw new CommandError("Nothing was changed: the new passwords are not the same");
}

async function readLines(): Promise<ChangedPassword> {
  const [current = "", password = ""] = (await text(process.stdin)).split(/\r?\n/);
  if (current !== "" && password !== "") return { current, password };
  throw new CommandError(
    "Cannot read the passwords: expected two lines on standard input, the present password and the new one",
  );
}
