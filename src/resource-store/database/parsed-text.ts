import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let passed = 0;
let collect: NodeJS.GCFunction | undefined;

/**
 * Counts the text of documents that were parsed to be looked at once, and lets V8 free what became of it.
 *
 * Each version and tag in them is a string that V8 keeps in a table of its own, which doubles and is emptied by
 * collections of the whole heap alone. Those come when the heap has grown to twice or four times what is needed:
 * a start that reads a million resources would take 100 MB more.
 * @param length characters, as the documents lie in the database
 */
export function countParsedText(length: number): void {
  passed += length;
  if (passed < COLLECT_EVERY) return;
  passed = 0;
  collect ??= findCollector();
  collect({ type: "major" });
}

/** As in `blob-storage/passed-chunks.ts`, which is another module's. */
function findCollector(): NodeJS.GCFunction {
  setFlagsFromString("--expose-gc");
  return globalThis.gc ?? (runInNewContext("gc") as NodeJS.GCFunction);
}

/** Some 40,000 resources, which take half a second to read; a collection takes a tenth of that. */
const COLLECT_EVERY = 48 * 1024 * 1024;
