import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a hub that is ready tells in its data folder, as `hub.json`. */
export interface HubFile {
  url: string;
  tlsUrl: string | null;
  pid: number;
}

/** Tells programs on this machine where the hub is, and lets its user in as administrator. */
export function writeHubFiles(
  folder: string,
  { operatorToken, ...hub }: HubFile & { operatorToken: string },
): void {
  // Whoever sees hub.json may look for the token at once.
  writeWhole(tokenFile(folder), `${operatorToken}\n`, OWNER_ALONE);
  writeWhole(hubFile(folder), `${JSON.stringify(hub)}\n`, EVERYBODY);
}

/** What another hub, which was killed, may have left names addresses that nobody serves. */
export function removeHubFiles(folder: string): void {
  for (const file of [hubFile(folder), tokenFile(folder)]) rmSync(file, { force: true });
}

/** @throws when there is none */
export function readHubFile(folder: string): HubFile {
  return JSON.parse(readFileSync(hubFile(folder), "utf8")) as HubFile;
}

const OWNER_ALONE = 0o600;
const EVERYBODY = 0o644;

function hubFile(folder: string): string {
  return join(folder, "hub.json");
}

function tokenFile(folder: string): string {
  return join(folder, "operator-token");
}

/** Never to be seen half written, nor with another mode than its own. */
function writeWhole(file: string, text: string, mode: number): void {
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, text, { mode, flag: "wx" });
  renameSync(`${file}.new`, file);
}
