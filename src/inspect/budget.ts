import { UnavailableError } from "./errors.ts";
import { MAX_RATIO, type InspectionLimits } from "./limits.ts";

/** Counts what reading an image's layers costs, over all passes. Each method throws when its limit is passed. */
export interface Budget {
  /** @throws UnavailableError LayerTooLarge */
  addCompressed(bytes: number): void;
  /** @throws UnavailableError LayerTooLarge */
  addUnpacked(bytes: number): void;
  /** @throws UnavailableError LayerTooLarge */
  addEntry(): void;
}

export function createBudget(limits: InspectionLimits): Budget {
  let compressed = 0;
  let unpacked = 0;
  let entries = 0;
  return {
    addCompressed(bytes) {
      compressed += bytes;
      if (compressed > limits.compressedBytes) throw tooLarge(`${limits.compressedBytes} bytes of layers`);
    },
    addUnpacked(bytes) {
      unpacked += bytes;
      const allowed = Math.max(limits.freeUnpackedBytes, compressed * MAX_RATIO);
      if (unpacked > limits.unpackedBytes) throw tooLarge(`${limits.unpackedBytes} bytes of unpacked layers`);
      if (unpacked > allowed) throw tooLarge(`${allowed} bytes unpacked from ${compressed}`);
    },
    addEntry() {
      entries += 1;
      if (entries > limits.entries) throw tooLarge(`${limits.entries} files`);
    },
  };
}

function tooLarge(read: string): UnavailableError {
  return new UnavailableError(
    "LayerTooLarge",
    `Cannot look for README further than ${read}: put it into the last layer`,
  );
}
