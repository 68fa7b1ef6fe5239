import { pipeline } from "node:stream/promises";
import { Option, type Command } from "commander";
import type { AuditEntry, AuditPage } from "../api/contract/audit.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatTable } from "./format.ts";

interface AuditFlags {
  actor?: string;
  action?: string;
  resource?: string;
  organization?: string;
  outcome?: string;
  since?: string;
  until?: string;
  limit: string;
  output: "table" | "jsonl";
}

/** `imagehub audit` */
export function addAudit(program: Command): void {
  const command = program
    .command("audit")
    .description("list who did what, the newest first")
    .option("--since <TIME>", "from this time on: 2026-01-31T10:00:00Z, or 90m, 24h, 7d ago")
    .option("--until <TIME>", "before this time")
    .option("--actor <NAME>", "what this user did")
    .option("--action <ACTION>", "such as manifest.push, or manifest for all its verbs, or login")
    .option("--resource <NAME>", "org/repo:tag, or org/repo with all its tags")
    .option("--organization <NAME>", "what concerns it")
    .addOption(new Option("--outcome <OUTCOME>", "only these").choices(["success", "denied", "failed"]))
    .option("--limit <COUNT>", "entries of the table", "50")
    .addOption(
      new Option("--output <FORMAT>", "jsonl: all of it, an entry a line")
        .choices(["table", "jsonl"])
        .default("table"),
    );
  onHub<AuditFlags>(command, async (hub, { output, limit, since, until, ...rest }) => {
    const query = new URLSearchParams(wordsOf(rest));
    if (since !== undefined) query.set("since", parseTime("--since", since));
    if (until !== undefined) query.set("until", parseTime("--until", until));
    if (output === "jsonl") return printLines(hub, query);
    query.set("limit", limit);
    return printTable(await hub.request<AuditPage>("GET", `/api/v1/audit?${query}`));
  });
}

function wordsOf(flags: Omit<AuditFlags, "limit" | "output">): Record<string, string> {
  const { actor, action, resource, organization, outcome } = flags;
  const words = { actor, action, resource, organization, outcome };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

/** No more is held than what standard output has not taken yet. */
async function printLines(hub: HubClient, query: URLSearchParams): Promise<void> {
  query.set("format", "jsonl");
  try {
    await pipeline(hub.stream(`/api/v1/audit?${query}`), process.stdout, { end: false });
  } catch (error) {
    // Who reads it has had enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

function printTable({ items, continue: next }: AuditPage): void {
  const heading = ["WHEN", "WHO", "FROM", "ACTION", "RESOURCE", "OUTCOME", "TIMES"];
  process.stdout.write(`${formatTable([heading, ...items.map(rowOf)])}\n`);
  if (next !== undefined) process.stdout.write("There may be more: --limit COUNT or --output jsonl\n");
}

function rowOf({ at, actor, address, action, resource, outcome, count }: AuditEntry): string[] {
  return [at, actor, address, action, resource, outcome, String(count)];
}

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseTime(flag: string, text: string): string {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time =
    amount === undefined
      ? Date.parse(text)
      : Date.now() - Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandError(
    `Cannot take ${flag} ${JSON.stringify(text)}: expected a time, such as 2026-01-31T10:00:00Z, or how long ago, such as 24h`,
  );
}
