import { Counter, Gauge, type Registry } from "prom-client";
import type { Audit } from "../../audit/audit.ts";
import type { Limits } from "./limits.ts";

/** Figures of what limits refused, and of the audit, read when they are asked for. */
export function registerLimitMetrics(
  registry: Registry,
  { limits, audit }: { limits: Limits; audit: Pick<Audit, "totals"> },
): void {
  registry.registerMetric(
    new Counter({
      name: "imagehub_rate_limited_total",
      help: "Requests refused, by the limit that refused them",
      labelNames: ["limit"],
      registers: [],
      collect() {
        this.reset();
        for (const [limit, count] of Object.entries(limits.refused())) this.inc({ limit }, count);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "imagehub_audit_entries_total",
      help: "Entries of the audit that this hub made",
      registers: [],
      collect() {
        this.reset();
        this.inc(audit.totals().taken);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "imagehub_audit_waiting",
      help: "Entries of the audit that wait to be written",
      registers: [],
      collect() {
        this.set(audit.totals().waiting);
      },
    }),
  );
}
