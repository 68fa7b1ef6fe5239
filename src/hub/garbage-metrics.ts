import { Counter, type Registry } from "prom-client";
import type { GarbageTotals } from "./garbage-totals.ts";

/** Figures of garbage collection, read when they are asked for. */
export function registerGarbageMetrics(registry: Registry, totals: GarbageTotals): void {
  register({
    name: "imagehub_garbage_collections_total",
    help: "Garbage collections, by how they ended",
    label: "result",
    values: ({ complete, aborted, failed }) => ({ complete, aborted, failed }),
  });
  register({
    name: "imagehub_garbage_collected_total",
    help: "What garbage collections took, by kind",
    label: "kind",
    values: ({ collected }) => collected,
  });
  register({
    name: "imagehub_garbage_collected_bytes_total",
    help: "Bytes that garbage collections freed",
    values: ({ bytes }) => ({ "": bytes }),
  });
  register({
    name: "imagehub_garbage_failures_total",
    help: "What storage did not remove when it was told to",
    values: ({ failures }) => ({ "": failures }),
  });

  function register(figure: Figure): void {
    const { name, help, label, values } = figure;
    const counter = new Counter({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(values(totals))) {
          this.inc(label === undefined ? {} : { [label]: value }, count);
        }
      },
    });
    registry.registerMetric(counter);
  }
}

interface Figure {
  name: string;
  help: string;
  label?: string;
  /** By the label's values; `""` where there is no label. */
  values: (totals: GarbageTotals) => Record<string, number>;
}
