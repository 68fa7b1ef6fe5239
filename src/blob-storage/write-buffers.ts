/** Buffers of few sizes that are used again: each new one would be freed by a collection of all objects alone. */
export interface WriteBuffers {
  take(sizeBytes: number): Uint8Array;
  /** Nobody else may have it any more. */
  giveBack(buffer: Uint8Array): void;
}

/** @param limitBytes of all that wait to be used again; those that wait for the longest time go first */
export function createWriteBuffers(limitBytes: number): WriteBuffers {
  const spare: Uint8Array[] = [];
  let spareBytes = 0;

  return {
    take(sizeBytes) {
      const index = spare.findIndex(({ length }) => length === sizeBytes);
      const [buffer] = index < 0 ? [] : spare.splice(index, 1);
      if (!buffer) return Buffer.allocUnsafeSlow(sizeBytes);
      spareBytes -= sizeBytes;
      return buffer;
    },

    giveBack(buffer) {
      spare.push(buffer);
      spareBytes += buffer.length;
      while (spareBytes > limitBytes) spareBytes -= spare.shift()?.length ?? 0;
    },
  };
}
