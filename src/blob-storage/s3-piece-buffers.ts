/** What all uploads of a storage gather their pieces in: bounds it, and says who has to write out first. */
export interface PieceBuffers {
  /** Counts an upload whose body comes; @returns a function that ends it */
  join(): () => void;
  /** A buffer for the piece that begins at a position, as soon as there is room; others may have to send what they have. */
  take(position: number): Promise<Buffer>;
  /** Says who has a buffer and gathers in it from now on. */
  gather(gatherer: Gatherer): void;
  /** Says that a gatherer's buffer is being sent. */
  send(gatherer: Gatherer): void;
  /** @param mayBeUsed whether it can be used again: nobody else has it any more */
  giveBack(buffer: Buffer, mayBeUsed: boolean): void;
}

/** Gathers bytes until they are worth a request. */
export interface Gatherer {
  /** Sends what was gathered, though it is little. */
  spill(): void;
}

/**
 * Those who want a buffer wait while others fill and send theirs. When nobody does, all is held by clients that are
 * slow; then those send what they have who have gathered for the longest time, and others are not held up by them.
 * @param options.limitBytes of all buffers together; default 50 MiB
 * @param options.spillMs how long one waits for a buffer before another has to send; default 250
 */
export function createPieceBuffers({
  limitBytes = LIMIT_BYTES,
  spillMs = SPILL_MS,
}: { limitBytes?: number; spillMs?: number } = {}): PieceBuffers {
  let uploads = 0;
  let heldBytes = 0;
  /** The longest gathering first. */
  const gathering = new Set<Gatherer>();
  /** Buffers are used again: collected late, they would pile up. With those that are held they are within the limit. */
  const spare: Buffer[] = [];
  let freed = Promise.withResolvers<void>();

  function hasRoom(sizeBytes: number): boolean {
    return heldBytes === 0 || heldBytes + sizeBytes <= limitBytes;
  }

  /** Resolves when a buffer was given back; when none is for a while, the oldest gatherer has to send. */
  async function freedOrSpilled(): Promise<void> {
    const { promise } = freed;
    const timer = setTimeout(() => {
      const [oldest] = gathering.keys();
      oldest?.spill();
    }, spillMs);
    await promise;
    clearTimeout(timer);
  }

  function reuse(sizeBytes: number): Buffer | undefined {
    const index = spare.findIndex(({ length }) => length === sizeBytes);
    return index < 0 ? undefined : spare.splice(index, 1)[0];
  }

  /** Those of another size make room: they would stay for ever where no upload asks for that any more. */
  function allocate(sizeBytes: number): Buffer {
    while (spare.length > 0 && sizeOf(spare) + heldBytes + sizeBytes > limitBytes) {
      spare.shift();
    }
    return Buffer.allocUnsafeSlow(sizeBytes);
  }

  return {
    join() {
      uploads += 1;
      return () => {
        uploads -= 1;
      };
    },

    async take(position) {
      const sizeBytes = pieceBytes(position, uploads);
      while (!hasRoom(sizeBytes)) {
        await freedOrSpilled();
      }
      const buffer = reuse(sizeBytes) ?? allocate(sizeBytes);
      heldBytes += sizeBytes;
      return buffer;
    },

    gather(gatherer) {
      gathering.add(gatherer);
    },

    send(gatherer) {
      gathering.delete(gatherer);
    },

    giveBack(buffer, mayBeUsed) {
      heldBytes -= buffer.length;
      if (mayBeUsed) {
        spare.push(buffer);
      }
      freed.resolve();
      freed = Promise.withResolvers();
    },
  };
}

function sizeOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

/** Pieces of this size and more are put together without being read; the least that S3 takes for that. */
export const WHOLE_PIECE_BYTES = 5 * 1024 * 1024;

/**
 * Larger when there is memory for it, since each piece costs two requests, and for the rest of a very large blob,
 * which may have 10,000 pieces: that makes 140 GiB.
 */
function pieceBytes(position: number, uploads: number): number {
  if (position >= LARGE_FROM_BYTES) {
    return LARGE_PIECE_BYTES;
  }
  return uploads <= FEW_UPLOADS ? BIG_PIECE_BYTES : WHOLE_PIECE_BYTES;
}

const BIG_PIECE_BYTES = 10 * 1024 * 1024;
const LARGE_FROM_BYTES = 24 * 1024 ** 3;
const LARGE_PIECE_BYTES = 25 * 1024 * 1024;

const FEW_UPLOADS = 2;

/** The hub stays within 300 MB, however many push at once. */
const LIMIT_BYTES = 10 * WHOLE_PIECE_BYTES;

/** Clients that fill a buffer in this time are not cut short, and so have whole pieces. */
const SPILL_MS = 250;
