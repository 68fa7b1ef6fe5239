import { Buffer } from "node:buffer";
import type { FileStart } from "./layer.ts";

export interface DecodedText {
  text: string;
  /** The bytes were not what they should be; some characters may be wrong. */
  isGuess: boolean;
}

/**
 * The text of a file: UTF-8, or UTF-16 when it begins with a byte order mark, or else Latin-1 as Windows has it.
 * Line ends become `\n`; NUL, which PostgreSQL's JSON cannot hold, is removed.
 */
export function decodeText(file: FileStart): DecodedText {
  const { text, isGuess } = decode(file);
  return { text: text.replaceAll(/\r\n?/g, "\n").replaceAll("\0", ""), isGuess };
}

/** Text cut at the end of a line, or of a character where lines are very long, to at most `maxBytes` of UTF-8. */
export function cutAtLine(text: string, maxBytes: number): { text: string; isCut: boolean } {
  if (Buffer.byteLength(text) <= maxBytes) return { text, isCut: false };
  const bytes = Buffer.from(text);
  const lineEnd = bytes.lastIndexOf(LINE_FEED, maxBytes - 1) + 1;
  // A line that long is no line to a reader: better cut in it than lose most of the text.
  const end = lineEnd > maxBytes / 2 ? lineEnd : characterEnd(bytes, maxBytes);
  return { text: bytes.subarray(0, end).toString(), isCut: true };
}

const LINE_FEED = 0x0a;

function decode({ bytes, isCut }: FileStart): DecodedText {
  const marked = BYTE_ORDER_MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
  if (marked) {
    const text = new TextDecoder(marked.encoding).decode(bytes, { stream: isCut });
    return { text, isGuess: text.includes(REPLACEMENT) };
  }
  try {
    // A character that the cut went through is left out, rather than taken for a sign of another encoding.
    return {
      text: new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut }),
      isGuess: false,
    };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), isGuess: true };
  }
}

const REPLACEMENT = "\uFFFD";
const BYTE_ORDER_MARKS = [
  { encoding: "utf-8", mark: Buffer.from([0xef, 0xbb, 0xbf]) },
  { encoding: "utf-16le", mark: Buffer.from([0xff, 0xfe]) },
  { encoding: "utf-16be", mark: Buffer.from([0xfe, 0xff]) },
];

function characterEnd(bytes: Buffer, maxBytes: number): number {
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}
