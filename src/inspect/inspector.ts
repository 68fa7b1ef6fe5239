import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { UnavailableError } from "./errors.ts";
import { findingOf } from "./inspect-image.ts";
import type { Inspection } from "./inspection.ts";
import { createInspectionMemory } from "./inspection-memory.ts";
import { DEFAULT_LIMITS, type InspectionLimits } from "./limits.ts";
import { mergeInspection } from "./merge.ts";
import type { Answer } from "./protocol.ts";
import { loadTarget, type InspectionTarget, type TargetSource } from "./target.ts";
import { createThreadPool } from "./thread-pool.ts";

/** Reads pushed images, in worker threads; an image that several tags name is read once. */
export interface Inspector {
  /**
   * What an image or an index says of itself; a hostile image costs bounded time and memory, and the answer says
   * in `unavailable` what could not be read.
   * @throws Error when storage or database fail, the signal aborts, or the inspector is closed: try again
   */
  inspect(
    repository: RepositoryName,
    digest: Digest,
    options?: { signal?: AbortSignal },
  ): Promise<Inspection>;
  /**
   * The README, not cut at what a resource holds but at 4 MiB, without front matter; undefined when there is none.
   * @throws UnavailableError when it cannot be read; Error as `inspect`
   */
  readReadme(repository: RepositoryName, digest: Digest): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface InspectorOptions {
  content: TargetSource;
  /** Where workers read blobs: a storage that another thread can open, so not `memory:`. */
  storageUrl: string;
  /** Laid over DEFAULT_LIMITS. */
  limits?: Partial<InspectionLimits>;
  /** Threads; default 1, since one keeps a core busy. */
  workers?: number;
}

export function createInspector({ content, storageUrl, limits, workers = 1 }: InspectorOptions): Inspector {
  const pool = createThreadPool({ storageUrl, limits: { ...DEFAULT_LIMITS, ...limits } }, workers);
  const memory = createInspectionMemory();

  async function findTarget(repository: RepositoryName, digest: Digest): Promise<InspectionTarget> {
    try {
      return await loadTarget(content, repository, digest);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return { ...NO_TARGET, unavailable: findingOf(error) };
    }
  }

  async function inspectTarget(target: InspectionTarget, signal?: AbortSignal): Promise<Inspection> {
    let known = mergeInspection(target, {});
    try {
      const answer = await pool.run(
        { kind: "inspect", target },
        { signal, onFacts: (facts) => (known = facts) },
      );
      return inspectionOf(answer);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return { ...known, unavailable: findingOf(error) };
    }
  }

  return {
    async inspect(repository, digest, { signal } = {}) {
      signal?.throwIfAborted();
      const target = await findTarget(repository, digest);
      if (!target.image) return mergeInspection(target, {});
      return memory.remember(target, () => inspectTarget(target, signal));
    },
    async readReadme(repository, digest) {
      const target = await loadTarget(content, repository, digest);
      return target.image && readmeOf(await pool.run({ kind: "readme", target }, {}));
    },
    close: () => pool.close(),
  };
}

const NO_TARGET: InspectionTarget = { annotations: {}, platforms: [] };

function inspectionOf(answer: Answer): Inspection {
  if (answer.kind === "inspection") return answer.inspection;
  throw failureOf(answer);
}

function readmeOf(answer: Answer): string | undefined {
  if (answer.kind === "readme") return answer.text;
  throw failureOf(answer);
}

function failureOf(answer: Answer): Error {
  if (answer.kind !== "unavailable") return new Error(answer.kind === "error" ? answer.message : answer.kind);
  return new UnavailableError(answer.unavailable.reason, answer.unavailable.message);
}
