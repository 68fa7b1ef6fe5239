import { formatCountOf } from "../../cli/format.ts";
import type { RestoreReport } from "./restore.ts";

/** What a person reads when a restore has ended: what was put back, what is missing, what to do next. */
export function formatReport(report: RestoreReport): string {
  const { source, createdAt, rows, lost, replaced, kept, dryRun } = report;
  const counts = COUNTED.map(([table, one]) => formatCountOf(rows[table] ?? 0, one, table)).join(", ");
  const lines = [
    `${dryRun ? "Would restore" : "Restored"} ${source}`,
    `  the database of ${createdAt}: ${counts}`,
    ...(replaced === undefined ? [] : [`  ${dryRun ? "would replace" : "in place of"} ${replaced}`]),
    ...(kept === undefined ? [] : [`  the database that was there is kept as ${kept}`]),
    ...(lost.count === 0
      ? ["  no blob of it is missing"]
      : [`  ${lost.count} of its blobs are missing or damaged:`, ...lost.named.map((blob) => `    ${blob}`)]),
    ...(lost.count > lost.named.length ? ["    …"] : []),
    dryRun
      ? "Nothing was changed. Next, to restore: stop the hub, then the same without --dry-run"
      : "Next: imagehub serve, with the same data folder, database and storage",
    ...(lost.count > 0 && !dryRun ? ["then: imagehub check, which names the images that need them"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a person knows a hub by. */
const COUNTED = [
  ["repositories", "repository"],
  ["tags", "tag"],
  ["manifests", "manifest"],
  ["blobs", "blob"],
  ["users", "user"],
] as const;
