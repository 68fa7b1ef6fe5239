import type { Command } from "commander";
import { onHub } from "./command.ts";
import { formatBytes, formatCount, formatCountOf } from "./format.ts";
import { runJob } from "./job.ts";
import { parseBytes } from "./parse-bytes.ts";

interface CheckFlags {
  repair?: boolean;
  quick?: boolean;
  rate?: string;
  json?: boolean;
}

/** `imagehub check` */
export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .description("compare every blob with its digest, and every row with what is stored, while the hub runs")
    .option("--repair", "put right what can be, and make the rest ready to be pushed again")
    .option("--quick", "compare the sizes of blobs alone, not their digests")
    .option("--rate <BYTES>", "bytes hashed in a second, for example 50MB (default: no limit)")
    .option("--json", "print the job with its result as JSON");
  onHub<CheckFlags>(command, async (hub, { repair = false, quick = false, rate, json = false }) => {
    const limit = rate === undefined ? {} : { bytesPerSecond: parseBytes("--rate", rate) };
    const body = { kind: "check", repair, quick, ...limit };
    await runJob(hub, body, { json, describe: (result) => describeCheck(result as never) });
  });
}

/** What the job of a check gives. */
interface Check {
  repair: boolean;
  checked: Record<string, number>;
  bytes: number;
  counts: Record<string, { found: number; repaired: number }>;
  findings: Finding[];
  pushAgain: string[];
  pushAgainMore: boolean;
  problems: number;
  repairable: number;
}

interface Finding {
  kind: string;
  what: string;
  where: string[];
  more?: number | "unknown";
  problem: string;
  remedy: string;
  state: "damage" | "repaired" | "note";
}

function describeCheck(check: Check): string {
  const { checked, bytes, counts, findings, pushAgain, pushAgainMore } = check;
  const found = Object.values(counts).reduce((sum, count) => sum + count.found, 0);
  const more = found - findings.length;
  const lines = [
    ...findings.map(describeFinding),
    ...(more > 0 ? [`… and ${formatCount(more)} more: ${describeCounts(counts)}`] : []),
    ...(pushAgain.length > 0 ? ["Push again:", ...pushAgain.map((image) => `  ${image}`)] : []),
    ...(pushAgainMore ? ["  and more, which a check names when these are pushed"] : []),
    `Looked at ${formatCountOf(checked["blobs"] ?? 0, "blob")} (${formatBytes(bytes)}), ${formatCountOf(checked["manifests"] ?? 0, "manifest")} and ${formatCountOf(checked["tags"] ?? 0, "tag")}.`,
    conclude(check),
  ];
  return lines.join("\n");
}

function describeFinding({ kind, what, where, more, problem, remedy, state }: Finding): string {
  return [
    `${state === "damage" ? kind : `${kind} (${state})`}  ${what}`,
    `  ${problem}`,
    ...(where.length > 0 ? [`  in ${where.join(", ")}${describeMore(more)}`] : []),
    `  ${state === "repaired" ? "repaired" : "remedy"}: ${remedy}`,
  ].join("\n");
}

function describeMore(more: Finding["more"]): string {
  if (more === undefined) return "";
  return more === "unknown" ? " and more" : ` and ${formatCount(more)} more`;
}

function describeCounts(counts: Check["counts"]): string {
  return Object.entries(counts)
    .map(([kind, { found }]) => `${formatCount(found)} ${kind}`)
    .join(", ");
}

function conclude({ repairable, problems, counts, pushAgain }: Check): string {
  const repaired = Object.values(counts).reduce((sum, count) => sum + count.repaired, 0);
  const done = repaired > 0 ? `Repaired ${formatCount(repaired)}. ` : "";
  if (problems === 0) return `${done}There is no damage${repaired > 0 ? " left" : ""}.`;
  const left = `${done}${formatCountOf(problems, "problem is", "problems are")} left.`;
  if (repairable > 0) return `${left}\nNext: imagehub check --repair`;
  if (pushAgain.length > 0) return `${left}\nNext: push those images again, then imagehub check`;
  return `${left}\nNext: see the remedy of each, above; a repair can do no more`;
}
