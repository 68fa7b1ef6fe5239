import { Counter, Gauge, type Registry } from "prom-client";
import type { Jobs } from "../api/jobs/jobs.ts";

/** Figures of jobs, read when they are asked for. */
export function registerJobMetrics(registry: Registry, jobs: Pick<Jobs, "totals">): void {
  registry.registerMetric(
    new Counter({
      name: "imagehub_jobs_ended_total",
      help: "Jobs that this hub ran, by kind and how they ended",
      labelNames: ["kind", "state"],
      registers: [],
      collect() {
        this.reset();
        for (const [kind, ends] of Object.entries(jobs.totals().ended)) {
          for (const [state, count] of Object.entries(ends)) this.inc({ kind, state }, count);
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "imagehub_jobs_running",
      help: "Jobs that run in this hub, by kind",
      labelNames: ["kind"],
      registers: [],
      collect() {
        for (const [kind, count] of Object.entries(jobs.totals().running)) this.set({ kind }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "imagehub_jobs_waiting",
      help: "Jobs that wait, in all hubs that share the database",
      registers: [],
      collect() {
        this.set(jobs.totals().waiting);
      },
    }),
  );
}
