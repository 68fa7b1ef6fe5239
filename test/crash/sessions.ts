/** An upload that was begun and not ended. */
export interface Session {
  repository: string;
  digest: string;
  bytes: Uint8Array;
  /** Its address, as the hub gave it. */
  location: string;
  /** Bytes that the hub acknowledged. */
  acknowledged: number;
  /** Bytes that were sent, all of which it may have. */
  sent: number;
  /** By the hub's clock: it may be ended from then on. */
  keptUntil: number;
  /** Its end, by PUT or DELETE, was asked for: it may be gone, or, by PUT, without bytes. */
  ending: "finish" | "cancel" | undefined;
  /** Somebody works on it. */
  busy: boolean;
}

/** An upload that nobody goes on with for so long may be ended: docs/garbage-collection.md. */
export const UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000;
