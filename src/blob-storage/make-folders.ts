import { dirname } from "node:path";
import { type Files, nodeFiles } from "./files.ts";

/**
 * Makes a folder and those above it that are not there. Level by level, since Node's own `recursive` never ends where
 * the system says ENOENT of a folder whose parent is there, as within /proc.
 * @param options.mode of the folders that are made; default what the system gives
 * @param options.files the operating system's, when not Node's
 * @returns the topmost that was made; undefined when all were there
 * @throws what the operating system says: EEXIST for a file in the folder's place
 */
export async function makeFolders(
  folder: string,
  { mode, files = nodeFiles }: { mode?: number | undefined; files?: Pick<Files, "mkdir" | "stat"> } = {},
): Promise<string | undefined> {
  const make = (): Promise<boolean> => madeNow(folder, { mode, files });
  const parent = dirname(folder);
  try {
    return (await make()) ? folder : undefined;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || parent === folder) throw error;
  }
  const topmost = await makeFolders(parent, { mode, files });
  // Once: what is refused now is no lack of a parent.
  return (await make()) ? (topmost ?? folder) : topmost;
}

/** @returns false when the folder was there */
async function madeNow(
  folder: string,
  { mode, files }: { mode: number | undefined; files: Pick<Files, "mkdir" | "stat"> },
): Promise<boolean> {
  try {
    await files.mkdir(folder, mode);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await files.stat(folder)).isDirectory()) return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
