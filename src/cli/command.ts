import type { Command } from "commander";
import { connectToHub, type HubClient, type HubFlags } from "./client.ts";
import { CommandError } from "./errors.ts";

/**
 * Makes a command one that calls a hub: adds the flags that find it, and runs `action` with it, the command's arguments
 * and its flags.
 */
export function onHub<Flags extends object, Arguments extends (string | undefined)[] = []>(
  command: Command,
  action: (hub: HubClient, flags: Flags, ...values: Arguments) => Promise<void>,
): void {
  command
    .option(
      "--hub <URL>",
      "address of the hub (default: that of the last login, or of the hub on --data) [IMAGEHUB_HUB]",
    )
    .option(
      "--data <FOLDER>",
      "data folder of a hub on this machine; default, without a login, ./data [IMAGEHUB_DATA]",
    )
    .option(
      "--user <NAME>",
      "log in as this user (default: whoever logged in, or owns the data folder) [IMAGEHUB_USER]",
    )
    .option("--password-stdin", "read the password from standard input (default: IMAGEHUB_PASSWORD)")
    .action(() => {
      const flags = command.opts<Flags & HubFlags>();
      return reportErrors(async () =>
        action(await connectToHub(flags), flags, ...(command.processedArgs as Arguments)),
      );
    });
}

/** Runs a command: an error that says what to do is printed as that, and ends the program with 1. */
export async function reportErrors(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`imagehub: ${error.message}\n`);
    process.exitCode = 1;
  }
}
