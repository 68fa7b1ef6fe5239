import { readFileSync } from "node:fs";

/**
 * The processor time that a process has taken, NaN where the system does not tell. A busy neighbour changes it far
 * less than it changes speed.
 */
export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name, in brackets, may hold spaces: fields are counted from behind it (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

const TICKS_PER_SECOND = 100;
