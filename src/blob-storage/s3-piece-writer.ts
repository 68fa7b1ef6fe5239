import type { Gatherer, PieceBuffers } from "./s3-piece-buffers.ts";
import type { Piece } from "./s3-pieces.ts";

/** Cuts the chunks of a body into pieces, and sends some while the next is gathered. */
export interface PieceWriter {
  /** Takes a chunk; resolves when there is room for another. Throws what the sending of a piece met. */
  write(chunk: Uint8Array): Promise<void>;
  /** Sends what was gathered. @returns the pieces, once all are stored @throws what the sending of one met */
  end(): Promise<Piece[]>;
  /** The keys of all pieces that were stored, or may have been. */
  readonly keys: readonly string[];
}

export interface PieceWriterOptions {
  /** Where in the upload the first byte goes. */
  start: number;
  buffers: PieceBuffers;
  newKey: (start: number) => string;
  put: (key: string, bytes: Uint8Array) => Promise<void>;
}

export function createPieceWriter({ start, buffers, newKey, put }: PieceWriterOptions): PieceWriter {
  const pieces: Piece[] = [];
  const keys: string[] = [];
  const failures: unknown[] = [];
  const sending = new Set<Promise<void>>();
  let position = start;
  let buffer: Buffer = NOTHING;
  let filled = 0;
  const gatherer: Gatherer = { spill: send };
  let leave: () => void = buffers.join();

  function send(): void {
    if (filled === 0) {
      return;
    }
    const piece = { key: newKey(position), start: position, sizeBytes: filled };
    const sent = store(piece, buffer).finally(() => sending.delete(sent));
    sending.add(sent);
    buffers.send(gatherer);
    keys.push(piece.key);
    position += filled;
    buffer = NOTHING;
    filled = 0;
  }

  async function store(piece: Piece, whole: Buffer): Promise<void> {
    let isStored = false;
    try {
      await put(piece.key, whole.subarray(0, piece.sizeBytes));
      pieces.push(piece);
      isStored = true;
    } catch (error) {
      failures.push(error);
    }
    if (whole.length > FIRST_BYTES) {
      // A connection that broke may still have the bytes; those of a request that was answered are done with.
      buffers.giveBack(whole, isStored);
    }
  }

  /** A client that has sent little gets little. */
  async function grow(): Promise<void> {
    if (filled === 0 && keys.length === 0) {
      buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
      return;
    }
    const whole = await buffers.take(position);
    buffer.copy(whole, 0, 0, filled);
    buffer = whole;
    buffers.gather(gatherer);
  }

  function throwFailure(): void {
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  return {
    keys,

    async write(chunk) {
      for (let at = 0; at < chunk.length;) {
        if (filled === buffer.length) {
          await grow();
        }
        const taken = Math.min(chunk.length - at, buffer.length - filled);
        buffer.set(chunk.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === buffer.length && filled > FIRST_BYTES) {
          send();
        }
      }
      while (sending.size >= MAX_SENDING) {
        await Promise.race(sending);
      }
      throwFailure();
    },

    async end() {
      leave();
      leave = () => undefined;
      send();
      await Promise.all(sending);
      throwFailure();
      return pieces.toSorted((a, b) => a.start - b.start);
    },
  };
}

const NOTHING = Buffer.alloc(0);
const FIRST_BYTES = 64 * 1024;

/** Of one upload at once: enough to keep a connection to AWS busy. */
const MAX_SENDING = 4;
