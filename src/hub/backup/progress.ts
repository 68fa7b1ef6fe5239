/** How far long work has come, as a job shows it. */
export interface Progress {
  phase: "database" | "blobs" | "verify";
  done: number;
  total?: number;
  bytes?: number;
}

export type OnProgress = (progress: Progress) => void;
