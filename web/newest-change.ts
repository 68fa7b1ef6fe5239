import { readdirSync, statSync } from "node:fs";

/**
 * When any of the files and folders, or anything in them, last changed, in milliseconds; undefined when none exists.
 * A folder changes when something in it is added, removed or renamed.
 */
export function newestChange(paths: readonly string[]): number | undefined {
  let newest: number | undefined;
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) continue;
    const inside = stat.isDirectory()
      ? newestChange(readdirSync(path).map((name) => `${path}/${name}`))
      : undefined;
    newest = Math.max(newest ?? 0, stat.mtimeMs, inside ?? 0);
  }
  return newest;
}
