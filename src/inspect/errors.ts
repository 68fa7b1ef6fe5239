import type { UnavailableReason } from "./inspection.ts";

/** Why a README cannot be had from an image; it is a finding about the image, and trying again changes nothing. */
export class UnavailableError extends Error {
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UnavailableError";
    this.reason = reason;
  }
}

/** The hub's own storage failed while it was read: nothing is known about the image, try again. */
export class StorageReadError extends Error {
  constructor(digest: string, options: ErrorOptions) {
    super(`Cannot read blob ${digest} from storage`, options);
    this.name = "StorageReadError";
  }
}
