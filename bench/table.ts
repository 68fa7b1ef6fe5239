import type { Workload } from "./workloads/workload.ts";

/** Measurements of one workload by target, one a round, in the order of rounds; NaN where one failed. */
export type Measurements = Map<string, number[]>;

/** Rows of the printed table: medians, and how many times better the first target is than each other. */
export function formatTable(results: { workload: Workload; measurements: Measurements }[]): string {
  const names = [...new Set(results.flatMap(({ measurements }) => [...measurements.keys()]))];
  const [subject = "", ...peers] = names;
  const header = ["workload", "unit", subject, ...peers.flatMap((peer) => [peer, "ratio"])];
  const rows = results.map(({ workload, measurements }) => [
    workload.title,
    workload.unit,
    formatMedian(measurements.get(subject)),
    ...peers.flatMap((peer) => [
      formatMedian(measurements.get(peer)),
      formatRatio(workload, measurements.get(subject), measurements.get(peer)),
    ]),
  ]);
  return alignColumns([header, ...rows]);
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The median of each round's ratio: what slows a whole round down slows both sides. */
function formatRatio(workload: Workload, subject: number[] = [], peer: number[] = []): string {
  const ratios = subject
    .map((value, round) => value / (peer[round] ?? Number.NaN))
    .filter((ratio) => !Number.isNaN(ratio))
    .map((ratio) => (workload.better === "more" ? ratio : 1 / ratio));
  return ratios.length === 0 ? "" : `${median(ratios).toFixed(2)}×`;
}

function formatMedian(measured: number[] = []): string {
  const values = measured.filter((value) => !Number.isNaN(value));
  if (values.length === 0) {
    return measured.length === 0 ? "" : "failed";
  }
  const middle = formatNumber(median(values));
  const spread = `${formatNumber(Math.min(...values))}–${formatNumber(Math.max(...values))}`;
  return values.length === 1 ? middle : `${middle} (${spread})`;
}

function formatNumber(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

function alignColumns(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => "-".repeat(width + 1) + (column < 2 ? "-" : ":")).join("|")}|`;
  const [header = [], ...body] = rows;
  return [line(header), rule, ...body.map(line)].join("\n");
}
