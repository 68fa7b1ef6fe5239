import { isAbsolute, resolve } from "node:path";
import { Option, type Command } from "commander";
import type { HubFlags } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatBytes, formatCount, formatCountOf } from "./format.ts";
import { runJob } from "./job.ts";

interface ImportFlags extends HubFlags {
  organization?: string;
  owner?: string;
  visibility?: "public" | "private";
  verify: boolean;
  json?: boolean;
}

/** `imagehub import` */
export function addImport(program: Command): void {
  const command = program
    .command("import")
    .description("take over what a registry of the distribution project stored, without copying blobs")
    .argument("<DIR>", "its rootdirectory, which holds docker/registry/v2, on the hub's machine")
    .option("--organization <NAME>", "where repositories of one-part names go, for example library")
    .option("--owner <USER>", "who owns organizations that are made (default: admin)")
    .addOption(
      new Option("--visibility <WHO>", "of what is made here (default: private)").choices([
        "public",
        "private",
      ]),
    )
    .option("--no-verify", "trust the bytes: do not hash each blob before it is taken")
    .option("--json", "print the job with its result as JSON");
  onHub<ImportFlags, [string]>(command, async (hub, flags, folder) => {
    const { organization, owner, visibility, verify, json = false } = flags;
    const body = {
      kind: "import",
      directory: onHubsMachine(folder, flags),
      verify,
      ...(organization !== undefined && { organization }),
      ...(owner !== undefined && { owner }),
      ...(visibility !== undefined && { visibility }),
    };
    await runJob(hub, body, { json, describe: (result) => describeImport(result as never) });
  });
}

/** A path from the current folder says something on this machine alone. */
function onHubsMachine(folder: string, { hub }: HubFlags): string {
  if (isAbsolute(folder)) return folder;
  if (hub === undefined && !process.env["IMAGEHUB_HUB"]) return resolve(folder);
  throw new CommandError(
    `Cannot import ${JSON.stringify(folder)}: with --hub, give the absolute path on the hub's machine`,
  );
}

/** What the job of an import gives. */
interface Import {
  repositories: number;
  tags: number;
  manifests: number;
  blobs: number;
  bytes: number;
  copied: number;
  /** How often, by reason. */
  skipped: Record<string, number>;
  /** How often something odd was taken all the same, by reason. */
  noted: Record<string, number>;
  skips: { what: string; reason: string; why: string }[];
  problems: number;
}

/** What a person reads of an import when it has ended. */
export function describeImport(report: Import): string {
  const { repositories, tags, manifests, blobs, bytes, copied, skipped, noted, skips, problems } = report;
  const told = [...Object.values(skipped), ...Object.values(noted)];
  const more = told.reduce((sum, count) => sum + count, 0) - skips.length;
  const lines = [
    ...skips.map(({ what, reason, why }) => `${reason}  ${what}\n  ${why}`),
    ...(more > 0 ? [`… and ${formatCount(more)} more`] : []),
    `Took ${formatCountOf(tags, "tag")}, ${formatCountOf(manifests, "manifest")} and ${formatCountOf(blobs, "blob")} (${formatBytes(bytes)}${copied > 0 ? `, ${formatCount(copied)} copied` : ""}) of ${formatCountOf(repositories, "repository", "repositories")}.`,
    ...Object.entries(noted).map(
      ([reason, count]) => `Noted ${formatCount(count)}: ${reason} (nothing is lost by it).`,
    ),
    ...Object.entries(skipped).map(([reason, count]) => `Skipped ${formatCount(count)}: ${reason}.`),
    problems > 0
      ? "Next: see to what was skipped and import again, which goes on from here"
      : "Next: imagehub check --quick",
  ];
  return lines.join("\n");
}
