import type { Inspection } from "./inspection.ts";
import type { InspectionLimits } from "./limits.ts";
import type { InspectionTarget } from "./target.ts";

/** What a worker is started with. */
export interface WorkerSettings {
  storageUrl: string;
  limits: InspectionLimits;
}

/** What a worker is asked, one at a time. */
export interface InspectionJob {
  kind: "inspect" | "readme";
  target: InspectionTarget;
}

/** What a worker says of a job on its way. */
export type Progress = { kind: "started" } | { kind: "facts"; inspection: Inspection };

/** What a worker says at the end of a job. */
export type Answer =
  | { kind: "inspection"; inspection: Inspection }
  | { kind: "readme"; text: string | undefined }
  | { kind: "unavailable"; unavailable: NonNullable<Inspection["unavailable"]> }
  | { kind: "error"; message: string };
