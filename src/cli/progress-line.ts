import type { JobProgress } from "../api/contract/jobs.ts";
import { formatBytes, formatCount } from "./format.ts";

/** Tells how far work is: on a terminal in one line that changes, elsewhere in a line for each title. */
export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): {
  show(shown: { title: string; progress?: JobProgress }): void;
  end(): void;
} {
  let lastTitle = "";
  return {
    show({ title, progress }) {
      if (stream.isTTY) stream.write(`${CLEAR}${title}${progress ? ` ${describe(progress)}` : ""}`);
      else if (title !== lastTitle) stream.write(`${title}\n`);
      lastTitle = title;
    },
    end() {
      if (stream.isTTY && lastTitle !== "") stream.write(CLEAR);
    },
  };
}

/** To the beginning of the line, and nothing on it. */
const CLEAR = "\r\u001b[K";

function describe({ done, total, bytes }: JobProgress): string {
  const of = total === undefined ? "" : ` of ${formatCount(total)}${percent(done, total)}`;
  return `${formatCount(done)}${of}${bytes === undefined ? "" : `, ${formatBytes(bytes)}`}`;
}

function percent(done: number, total: number): string {
  return total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : "";
}
