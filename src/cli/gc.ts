import type { Command } from "commander";
import { onHub } from "./command.ts";
import { formatBytes, formatCount, formatTable } from "./format.ts";
import { runJob } from "./job.ts";

/** `imagehub gc` */
export function addGc(program: Command): void {
  const command = program
    .command("gc")
    .description(
      "collect garbage: take away what no tag reaches and nobody used for long, while the hub runs",
    )
    .option("--dry-run", "tell what would go, and change nothing")
    .option("--json", "print the job with its result as JSON");
  onHub<{ dryRun?: boolean; json?: boolean }>(command, async (hub, { dryRun = false, json = false }) =>
    runJob(hub, { kind: "gc", dryRun }, { json, describe: (result) => describeCollection(result as never) }),
  );
}

/** What the job of a collection gives. */
interface Collection {
  dryRun: boolean;
  complete: boolean;
  collected: Record<string, { count: number; bytes: number }>;
  bytes: number;
  problems: number;
}

/** What is collected, in the order in which it goes. */
const WORDS: Record<string, string> = {
  uploads: "unfinished uploads",
  manifests: "manifests",
  links: "blobs that a repository no longer has",
  contents: "bytes of manifests",
  blobs: "blobs",
  quarantined: "damaged blobs that a check set aside",
};

function describeCollection({ dryRun, complete, collected, bytes, problems }: Collection): string {
  const rows = Object.entries(collected)
    .filter(([, { count }]) => count > 0)
    .map(([kind, { count, bytes: size }]) => [
      `  ${formatCount(count)}`,
      WORDS[kind] ?? kind,
      size > 0 ? formatBytes(size) : "",
    ]);
  const lines = [
    ...(complete ? [] : ["Not all was looked at."]),
    ...(rows.length === 0
      ? [dryRun ? "Nothing would go." : "There was nothing to collect."]
      : [dryRun ? "Would go:" : "Collected:", formatTable(rows)]),
    ...(rows.length === 0 ? [] : [`${dryRun ? "That would free" : "Freed"} ${formatBytes(bytes)}.`]),
    ...(problems > 0
      ? [`${formatCount(problems)} could not be removed from storage: the hub's log says why.`]
      : []),
    nextStep({ dryRun, isEmpty: rows.length === 0, problems }),
  ];
  return lines.join("\n");
}

function nextStep({
  dryRun,
  isEmpty,
  problems,
}: {
  dryRun: boolean;
  isEmpty: boolean;
  problems: number;
}): string {
  if (problems > 0) return "Next: imagehub gc, which tries them again";
  if (isEmpty) {
    return "What no tag names is kept for 30 days after its last push or pull, a blob that nothing names for 24 hours.";
  }
  return dryRun ? "Next: imagehub gc" : "Next: nothing; the hub goes on to collect by itself";
}
