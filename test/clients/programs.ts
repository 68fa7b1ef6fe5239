import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Programs that Go installs, and daemons, are found without being on PATH. */
export const SEARCH_PATH = [process.env["PATH"] ?? "", "/usr/sbin", join(homedir(), "go/bin")].join(
  delimiter,
);

/** A reason to skip a test, or false: where clients must be there, a missing one is a failure. */
export function skipWithout(...programs: (string | undefined)[]): string | false {
  if (process.env["IMAGEHUB_REQUIRE_CLIENTS"] === "1") return false;
  const missing = programs.filter((program) => program !== undefined && !isInstalled(program));
  return missing.length > 0 && `${missing.join(" and ")} not installed`;
}

function isInstalled(program: string): boolean {
  return SEARCH_PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
