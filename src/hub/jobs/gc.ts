import { Type } from "typebox";
import type { JobKind, JobProgress } from "../../api/jobs/job-kind.ts";
import type { CollectionReport, Garbage } from "../../content/garbage.ts";
import type { DeletedWords } from "../../resource-store/database/deleted-words.ts";
import { addReport, type GarbageTotals } from "../garbage-totals.ts";

interface GcParameters {
  dryRun?: boolean;
}

/** Garbage collection; what it does is added to the totals. */
export function createGcJob({
  garbage,
  deletedWords,
  totals,
}: {
  garbage: Garbage;
  deletedWords: Pick<DeletedWords, "prune">;
  totals: GarbageTotals;
}): JobKind<GcParameters> {
  return {
    name: "gc",
    parameters: Type.Object({
      dryRun: Type.Optional(
        Type.Boolean({ description: "Tell what would go, and change nothing. Default false." }),
      ),
    }),
    async run({ dryRun = false }, { signal, onProgress, logger }) {
      try {
        const report = await garbage.collect({
          dryRun,
          signal,
          onProgress: (soFar) => onProgress(progressOf(soFar)),
          onError: (err) => logger.warn({ err }, "garbage that storage does not remove"),
        });
        // After the deletions that they belong to.
        if (!dryRun && report.complete) await deletedWords.prune();
        if (!dryRun) addReport(totals, report);
        logger.info(flatten(report), message(report));
        const { complete, collected, bytes, failures } = report;
        return { dryRun, complete, collected, bytes, problems: failures };
      } catch (error) {
        if (!dryRun) totals.failed += 1;
        throw error;
      }
    },
  };
}

function progressOf({ collected, bytes, dryRun }: CollectionReport): JobProgress {
  const done = Object.values(collected).reduce((sum, { count }) => sum + count, 0);
  return { phase: dryRun ? "looking" : "collecting", done, bytes };
}

function message({ dryRun, complete }: CollectionReport): string {
  if (!complete) return "garbage collection aborted";
  return dryRun ? "garbage looked for" : "garbage collected";
}

/** One flat line: counts by kind, bytes, time. */
function flatten({ collected, bytes, failures, startedAt, finishedAt }: CollectionReport): object {
  const counts = Object.entries(collected).map(([kind, { count }]) => [kind, count]);
  const durationMs = (finishedAt ?? startedAt).getTime() - startedAt.getTime();
  return { ...(Object.fromEntries(counts) as object), bytes, failures, durationMs };
}
