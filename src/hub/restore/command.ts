import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { createProgressLine } from "../../cli/progress-line.ts";
import type { OnProgress } from "../backup/progress.ts";
import { loadConfig } from "../config.ts";
import { addSettingFlags, settingFlagsOf } from "../setting-flags.ts";
import { isExpected } from "../expected-errors.ts";
import { formatReport } from "./report.ts";
import type { RestoreOptions } from "./restore.ts";

interface Flags {
  fromStorage?: string | true;
  dryRun?: boolean;
  force?: boolean;
  copy?: boolean;
  verify?: boolean;
}

/** `imagehub restore`: works on the hub's data itself, since no hub may run meanwhile. */
export function addRestore(program: Command): void {
  const command = program
    .command("restore")
    .description("put back a backup, or a daily snapshot of the database, while no hub runs")
    .argument("[DIR]", "folder that imagehub backup wrote")
    .option("--from-storage [NAME]", "take the snapshot of this name from storage (default: the newest)")
    .option("--dry-run", "check what would be restored, and change nothing")
    .option("--force", "replace the database that is there, without asking")
    .option("--copy", "copy blobs, also where a link to the backup's file would do")
    .option(
      "--verify",
      "read all blobs, and replace those that are damaged in storage and whole in the backup",
    );
  addSettingFlags(command, ["data", "database", "storage"]);
  command.action((folder: string | undefined) => run(command, folder));
}

async function run(command: Command, folder: string | undefined): Promise<void> {
  const { fromStorage, ...flags } = command.opts<Flags>();
  if (folder === undefined && fromStorage === undefined) {
    command.error("imagehub: Cannot restore: name the folder of a backup, or give --from-storage");
  }
  if (folder !== undefined && fromStorage !== undefined) {
    command.error(
      "imagehub: Cannot restore from a folder and from storage at once: give one of them, DIR or --from-storage",
    );
  }
  const from: RestoreOptions["from"] =
    folder === undefined ? { snapshot: fromStorage === true ? undefined : fromStorage } : { folder };
  const progress = createProgressLine();
  const onProgress = seldom((shown) => progress.show({ title: shown.phase, progress: shown }));
  try {
    const config = loadConfig(settingFlagsOf(command), process.env);
    const { restore } = await import("./restore.ts");
    const report = await restore(config, { ...flags, from }, { confirm, warn, onProgress });
    progress.end();
    process.stdout.write(formatReport(report));
    if (report.lost.count > 0) process.exitCode = 1;
  } catch (error) {
    progress.end();
    process.stderr.write(`imagehub: ${isExpected(error) ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

/** Nobody at a terminal: nobody agreed. */
async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}

/** Often enough to look alive. */
const SHOW_EVERY_MS = 200;

function seldom(show: OnProgress): OnProgress {
  let shownAt = 0;
  return (progress) => {
    if (performance.now() - shownAt < SHOW_EVERY_MS) return;
    shownAt = performance.now();
    show(progress);
  };
}

function warn(message: string): void {
  process.stderr.write(`imagehub: ${message}\n`);
}
