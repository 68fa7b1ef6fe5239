import type { Workload } from "./workload.ts";

export const startTime: Workload = {
  name: "start-time",
  title: "start until ready",
  unit: "s",
  better: "less",
  on: "scales",
  onRequest: true,
  when: "first round",
  measure: async ({ startMs = Number.NaN }) => startMs / 1000,
};
