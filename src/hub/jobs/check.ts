import { Type } from "typebox";
import type { JobKind } from "../../api/jobs/job-kind.ts";
import type { Checker } from "../../content/check/checker.ts";

interface CheckParameters {
  repair?: boolean;
  quick?: boolean;
  bytesPerSecond?: number;
}

/** Compares what is stored with what is said of it. */
export function createCheckJob(checker: Checker): JobKind<CheckParameters> {
  return {
    name: "check",
    // It may take hours, and needs nothing of others to stand still.
    lane: "check",
    parameters: Type.Object({
      repair: Type.Optional(Type.Boolean({ description: "Put right what can be. Default false." })),
      quick: Type.Optional(
        Type.Boolean({ description: "Compare the sizes of blobs alone, not their digests. Default false." }),
      ),
      bytesPerSecond: Type.Optional(
        Type.Integer({ minimum: 1, description: "Bytes hashed in a second. Default: no limit." }),
      ),
    }),
    async run(parameters, { logger, ...options }) {
      const report = await checker.check({ ...parameters, ...options });
      const { checked, counts, problems } = report;
      logger[problems > 0 ? "error" : "info"]({ checked, counts, problems }, "storage checked");
      return { ...report };
    },
  };
}
