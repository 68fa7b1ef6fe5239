import type { ServerResponse } from "node:http";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Audit } from "../audit/audit.ts";
import type { Jobs } from "../api/jobs/jobs.ts";
import type { Controllers } from "../controllers/start.ts";
import { registerGarbageMetrics } from "./garbage-metrics.ts";
import type { GarbageTotals } from "./garbage-totals.ts";
import { registerJobMetrics } from "./job-metrics.ts";
import type { Limits } from "./limits/limits.ts";
import { registerLimitMetrics } from "./limits/metrics.ts";

export interface Metrics {
  registry: Registry;
  /** Counts a request when its answer has ended. */
  observe(response: ServerResponse, request: { api: Api; method: string }): void;
}

/** Which API a request came by. */
export type Api = "registry" | "hub";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function createMetrics({
  controllers,
  garbageTotals,
  jobs,
  limits,
  audit,
}: {
  controllers: Controllers;
  garbageTotals: GarbageTotals;
  jobs: Jobs;
  limits: Limits;
  audit: Audit;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerGarbageMetrics(registry, garbageTotals);
  registerJobMetrics(registry, jobs);
  registerLimitMetrics(registry, { limits, audit });
  const requests = new Counter({
    name: "imagehub_http_requests_total",
    help: "Requests answered, by API, method and status",
    labelNames: ["api", "method", "status"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "imagehub_http_request_duration_seconds",
    help: "Time from a request's headers to the end of its answer",
    labelNames: ["api"],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers: [registry],
  });
  const waiting = new Gauge({
    name: "imagehub_reconcile_waiting",
    help: "Keys that wait for their controller",
    labelNames: ["controller"],
    registers: [],
    collect() {
      for (const [controller, keys] of Object.entries(controllers.waiting())) this.set({ controller }, keys);
    },
  });
  registry.registerMetric(waiting);
  return {
    registry,
    observe(response, { api, method }) {
      const startedAt = performance.now();
      response.once("close", () => {
        requests.inc({ api, method: METHODS.has(method) ? method : "other", status: response.statusCode });
        durations.observe({ api }, (performance.now() - startedAt) / 1000);
      });
    },
  };
}
