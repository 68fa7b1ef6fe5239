import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError } from "./errors.ts";

/** The address of the hub that runs on a data folder of this machine. @throws CommandError */
export function findLocalHub(folder: string): string {
  try {
    const { url } = JSON.parse(readFileSync(join(folder, "hub.json"), "utf8")) as { url: string };
    return url;
  } catch (error) {
    throw new CommandError(
      `Cannot find a hub: none runs on ${resolve(folder)}; name its data folder with --data, or its address with --hub URL`,
      { cause: error },
    );
  }
}

/** What lets in whoever may read the hub's data folder. @throws CommandError */
export function readOperatorToken(folder: string): string {
  const file = resolve(join(folder, "operator-token"));
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new CommandError(
      `Cannot read ${file}: ${(error as NodeJS.ErrnoException).code}; run this as the hub's own user, or log in with --user NAME`,
      { cause: error },
    );
  }
}
