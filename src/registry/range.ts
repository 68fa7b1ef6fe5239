import { OciError } from "../oci/errors.ts";

/** Both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a Range header (RFC 9110 §14) against a size.
 * @returns undefined when there is none, or one of another unit, which the RFC has a server ignore
 * @throws OciError RANGE_INVALID when the range lies outside, is not of the grammar, or is one of several: an answer in
 * parts is a form that no registry client reads
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  if (header === undefined || !/^bytes=/i.test(header)) return undefined;
  const match = /^bytes=(?=.*\d)(\d{0,15})-(\d{0,15})\s*$/i.exec(header);
  const [, first = "", last = ""] = match ?? [];
  if (!match || (first !== "" && last !== "" && Number(last) < Number(first))) {
    throw new OciError(
      "RANGE_INVALID",
      `Cannot serve range ${JSON.stringify(header.slice(0, 100))}: expected one range, for example bytes=0-1023`,
    );
  }
  // RFC 9110 §14.1.2: the last bytes of nothing are the whole of it, which no Content-Range can say.
  if (sizeBytes === 0 && first === "" && Number(last) > 0) return undefined;
  const start = first === "" ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start >= sizeBytes || (first === "" && Number(last) === 0)) {
    throw new OciError(
      "RANGE_INVALID",
      `Cannot serve range ${JSON.stringify(header)}: the blob has ${sizeBytes} bytes`,
    );
  }
  return { start, end };
}

/**
 * Reads the Content-Range of an upload's chunk: `start-end`, as the OCI specification has it, or HTTP's `bytes start-end/size`.
 * @throws OciError RANGE_INVALID
 */
export function parseChunkRange(header: string | undefined): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim());
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || end < start) {
    throw new OciError(
      "RANGE_INVALID",
      `Cannot read Content-Range ${JSON.stringify(header.slice(0, 100))}: expected start-end, for example 0-1023`,
    );
  }
  return { start, end };
}
