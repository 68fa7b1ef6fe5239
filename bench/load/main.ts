import type { Target } from "../targets/target.ts";
import { WORKLOADS } from "../workloads/all.ts";

/** What the process of one measurement is told, as JSON in its only argument. */
export interface LoadTask {
  workload: string;
  target: Target;
  quick: boolean;
}

const task = JSON.parse(process.argv[2] ?? "") as LoadTask;
const workload = WORKLOADS.find(({ name }) => name === task.workload);
if (workload === undefined) {
  throw new Error(`Cannot find workload ${JSON.stringify(task.workload)}`);
}
const value = await workload.measure(task.target, task);
process.send?.(value, () => process.exit(0));
