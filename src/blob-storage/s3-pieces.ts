import type { ListedObject, S3Bucket } from "./s3-bucket.ts";

/**
 * A piece of an upload: an object of its own, `<start>-<random>` below the upload's name.
 *
 * Objects rather than parts of a multipart upload, since those cannot be read again to hash them, nor be small but at
 * the end. Each is written once, under a name that nobody else writes: what comes late, of a request that was given
 * up, changes nothing that somebody counts on.
 */
export interface Piece {
  key: string;
  /** Where in the upload it begins. */
  start: number;
  sizeBytes: number;
}

/** An upload, as its pieces tell. */
export interface UploadState {
  /** Without gaps from 0 on; an upload of no bytes has one empty piece, or more. */
  pieces: Piece[];
  sizeBytes: number;
  /** Left by what failed, or lies beyond a gap: to be removed. */
  strays: string[];
  modifiedAt: Date;
}

/** The key of a new piece. */
export function pieceKey(folder: string, start: number): string {
  return `${folder}${String(start).padStart(START_DIGITS, "0")}-${crypto.randomUUID().slice(0, 8)}`;
}

/** @returns undefined when an upload has no pieces: it does not exist */
export async function loadUpload(bucket: S3Bucket, folder: string): Promise<UploadState | undefined> {
  return toState(await Array.fromAsync(bucket.list(folder)), folder);
}

/** What is stored of an upload, from the objects in its folder. */
export function toState(objects: readonly ListedObject[], folder: string): UploadState | undefined {
  const pieces = objects.flatMap(({ key, sizeBytes }) => {
    const start = PIECE_NAME.exec(key.slice(folder.length))?.[1];
    return start === undefined ? [] : [{ key, start: Number(start), sizeBytes }];
  });
  if (pieces.length === 0) {
    return undefined;
  }
  const chain = longestChain(pieces);
  const used = new Set(chain.map(({ key }) => key));
  return {
    pieces: chain,
    sizeBytes: sizeOf(chain),
    strays: objects.filter(({ key }) => !used.has(key)).map(({ key }) => key),
    modifiedAt: new Date(Math.max(...objects.map(({ modifiedAt }) => modifiedAt.getTime()))),
  };
}

/** @returns where pieces without gaps end */
export function sizeOf(pieces: readonly Piece[]): number {
  const last = pieces.at(-1);
  return last === undefined ? 0 : last.start + last.sizeBytes;
}

/**
 * The pieces that reach farthest from 0 on. Where a hub was killed in the middle, there may be two that begin alike;
 * what was acknowledged is one way through them, so the longest has no less. They hold what one client sent for the
 * same place; should they differ after all, the digest will.
 */
function longestChain(pieces: readonly Piece[]): Piece[] {
  /** The pieces of each start that lead farthest, and where to. */
  const best = new Map<number, { piece: Piece; reach: number }>();
  for (const piece of pieces.toSorted((a, b) => b.start - a.start)) {
    const end = piece.start + piece.sizeBytes;
    const reach = piece.sizeBytes === 0 ? end : (best.get(end)?.reach ?? end);
    if (reach >= (best.get(piece.start)?.reach ?? 0)) {
      best.set(piece.start, { piece, reach });
    }
  }
  const chain: Piece[] = [];
  for (let at = best.get(0); at !== undefined; at = best.get(sizeOf(chain))) {
    chain.push(at.piece);
    if (at.piece.sizeBytes === 0) {
      break;
    }
  }
  return chain;
}

/** So that names sort as starts do, up to the 50 TB that an object may have. */
const START_DIGITS = 14;
const PIECE_NAME = /^(\d{14})-[0-9a-f]{8}$/;
