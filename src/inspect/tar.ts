import { extract, type Extract } from "tar-stream";

/** What the library keeps to itself, and is needed here. */
interface ExtractInside extends Extract {
  _header: { type: string | null };
  _decodeLongHeader(body: Buffer): void;
}

/**
 * Reads tar archives. The library goes on forever when a record of a pax header has a negative length; here that is an
 * error of the archive.
 */
export function createTarReader(): Extract {
  const tar = extract(OPTIONS) as ExtractInside;
  /* oxlint-disable no-underscore-dangle -- the library's names */
  const decode = tar._decodeLongHeader.bind(tar);
  tar._decodeLongHeader = (body) => {
    if (tar._header.type?.startsWith("pax-")) requireLengths(body);
    decode(body);
  };
  /* oxlint-enable no-underscore-dangle */
  return tar;
}

// Layers of old tools have no `ustar` mark. The library's types do not know its option.
const OPTIONS = { allowUnknownFormat: true } as Parameters<typeof extract>[0];

const SPACE = 0x20;
/** Digits of a record's length, and the space behind them: no header is as long as that. */
const MAX_LENGTH_CHARACTERS = 20;

/** Goes through records (`LENGTH KEY=VALUE\n`) as far as the library would. */
function requireLengths(body: Buffer): void {
  for (let rest = body; rest.length > 0;) {
    const start = rest.subarray(0, MAX_LENGTH_CHARACTERS);
    const space = start.indexOf(SPACE);
    const length = Number.parseInt(start.subarray(0, space < 0 ? undefined : space).toString(), 10);
    // Nothing more that the library reads, such as zeros at the end.
    if (Number.isNaN(length) || (length === 0 && space >= 0)) return;
    if (length < 0 || space < 0) throw new Error("a record of an extended header has no length");
    rest = rest.subarray(length);
  }
}
