import { resolve } from "node:path";
import type { Command } from "commander";
import { onHub } from "./command.ts";
import { formatBytes, formatCount } from "./format.ts";
import { runJob } from "./job.ts";

interface BackupFlags {
  hub?: string;
  databaseOnly?: boolean;
  copy?: boolean;
  verify?: boolean;
  json?: boolean;
}

/** `imagehub backup` */
export function addBackup(program: Command): void {
  const command = program
    .command("backup")
    .description("back up a hub, while it runs, into a folder of its machine: the database, then the blobs")
    .argument("<DIR>", "an empty folder, or one with an earlier backup, whose blobs are not copied again")
    .option("--database-only", "leave out the blobs")
    .option("--copy", "copy blobs, also where a link to the hub's own file would do")
    .option("--verify", "read all blobs of the backup, and copy those anew that are damaged there")
    .option("--json", "print the job with its result as JSON");
  onHub<BackupFlags, [string]>(command, async (hub, flags, folder) => {
    const { databaseOnly = false, copy = false, verify = false, json = false } = flags;
    const isHere = (flags.hub ?? process.env["IMAGEHUB_HUB"] ?? "") === "";
    // A path of this machine says nothing on another.
    const directory = isHere ? resolve(folder) : folder;
    const body = { kind: "backup", directory, databaseOnly, copy, verify };
    await runJob(hub, body, { json, describe: (result) => describeBackup(result as never) });
  });
}

/** What the job of a backup gives. */
interface Backup {
  folder: string;
  createdAt: string;
  rows: number;
  blobs?: {
    count: number;
    bytes: number;
    added: number;
    addedBytes: number;
    lost: { count: number; named: string[] };
  };
}

function describeBackup({ folder, createdAt, rows, blobs }: Backup): string {
  const lost = blobs?.lost ?? { count: 0, named: [] };
  const lines = [
    `Backed up the hub as of ${createdAt} into ${folder}`,
    `  the database: ${formatCount(rows)} rows, among them password hashes and keys`,
    blobs
      ? `  ${formatCount(blobs.count)} blobs (${formatBytes(blobs.bytes)}), ${formatCount(blobs.added)} of them new (${formatBytes(blobs.addedBytes)})`
      : "  no blobs: they are in the hub's storage alone",
    ...(lost.count === 0 ? [] : [`  ${formatCount(lost.count)} blobs are not in it, or not whole:`]),
    ...lost.named.map((blob) => `    ${blob}`),
    ...(lost.count > lost.named.length ? ["    …"] : []),
    lost.count === 0
      ? `Next: imagehub restore ${folder} --dry-run --verify, which proves that it can be restored`
      : "Next: imagehub check, which names the images that need them",
  ];
  return lines.join("\n");
}
