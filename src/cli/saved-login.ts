import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CommandError } from "./errors.ts";

/** Where `imagehub login` logged in last, and the token that it got there. */
export interface SavedLogin {
  hub: string;
  user: string;
  token: string;
}

/** Sealos keeps what it knows of its user here too. */
export function kubeconfigFile(): string {
  return join(folder(), "kubeconfig");
}

/** @returns undefined when nobody is logged in @throws CommandError for a file that cannot be read */
export function readSavedLogin(): SavedLogin | undefined {
  try {
    return JSON.parse(readFileSync(loginFile(), "utf8")) as SavedLogin;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CommandError(
      `Cannot read ${loginFile()}: ${(error as Error).message}; remove it, and log in again`,
      { cause: error },
    );
  }
}

/** @param kubeconfig undefined where the hub has none: the one of a hub before is of no use then */
export function saveLogin(login: SavedLogin, kubeconfig: string | undefined): void {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  writeSecret(loginFile(), `${JSON.stringify(login, undefined, 2)}\n`);
  if (kubeconfig === undefined) rmSync(kubeconfigFile(), { force: true });
  else writeSecret(kubeconfigFile(), kubeconfig);
}

export function removeSavedLogin(): void {
  for (const file of [loginFile(), kubeconfigFile()]) rmSync(file, { force: true });
}

function folder(): string {
  return join(homedir(), ".sealos");
}

function loginFile(): string {
  return join(folder(), "imagehub.json");
}

/** Never to be seen half written, nor by another user. */
function writeSecret(file: string, text: string): void {
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, text, { mode: 0o600, flag: "wx" });
  renameSync(`${file}.new`, file);
}
