import * as fc from "fast-check";

const BLOCK = 512;

/**
 * One entry as bytes: a header whose checksum is right, however strange its fields are, so that readers go on to them.
 *
 *     0 name 100 · 100 mode 8 · 108 uid 8 · 116 gid 8 · 124 size 12 · 136 mtime 12 · 148 checksum 8 · 156 type 1
 *     157 linkname 100 · 257 magic 8 · 265 owners 64 · 329 devices 16 · 345 prefix 155
 */
interface Entry {
  name: string;
  size: string | Buffer;
  type: string;
  linkname: string;
  magic: string;
  prefix: string;
  body: Buffer;
}

const NAMES = [
  "README.md",
  "../README.md",
  "/etc/passwd",
  "a/../../b",
  ".wh.README.md",
  ".wh..wh..opq",
  "",
  ".",
  "/",
  "a\\b",
  "é",
  "x".repeat(200),
];
// File, links, devices, directory, FIFO, reserved; pax, GNU long names, sparse, dump, volume; unknown.
const TYPES = [..."01234567", ..."xgLKSDMV", "\0", "Z"];

/** Sizes as text in octal, in base 256, or no numbers at all. */
const anySize = fc.oneof(
  fc.nat(4 * BLOCK).map((size) => size.toString(8).padStart(11, "0")),
  fc.constantFrom("77777777777", "-1", "", "9", "           ", "1e9", "00000000000"),
  fc.uint8Array({ minLength: 11, maxLength: 11 }).map((bytes) => Buffer.from([0x80, ...bytes])),
  fc.constant(Buffer.alloc(12, 0xff)),
);

/** Records of extended headers: `LENGTH KEY=VALUE\n`, whose length may lie. */
const paxRecord = fc
  .tuple(
    fc.constantFrom(
      "path",
      "linkpath",
      "size",
      "GNU.sparse.map",
      "GNU.sparse.realsize",
      "__proto__",
      "hdrcharset",
    ),
    fc.oneof(
      fc.constantFrom(...NAMES, "-1", "1e308", "9".repeat(30), "0,0,0,0"),
      fc.string({ unit: "binary" }),
    ),
    fc.option(fc.constantFrom("0", "-5", "999999999", "x", "1e9"), { freq: 3 }),
  )
  .map(([key, value, lie]) => {
    const rest = ` ${key}=${value}\n`;
    return `${lie ?? Buffer.byteLength(rest) + String(Buffer.byteLength(rest) + 2).length}${rest}`;
  });
const anyBody = fc.oneof(
  fc.array(paxRecord, { maxLength: 4 }).map((records) => Buffer.from(records.join(""))),
  fc.constantFrom(...NAMES).map((name) => Buffer.from(`${name}\0`)),
  fc.uint8Array({ maxLength: 2 * BLOCK }).map((bytes) => Buffer.from(bytes)),
);

const anyEntry: fc.Arbitrary<Buffer> = fc
  .record({
    name: fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: "binary", maxLength: 30 })),
    size: fc.option(anySize, { freq: 3 }),
    type: fc.constantFrom(...TYPES),
    linkname: fc.constantFrom(...NAMES),
    magic: fc.constantFrom("ustar\x0000", "ustar  \0", "", "xxxxxxxx"),
    prefix: fc.constantFrom("", "..", "/", "p".repeat(155)),
    body: anyBody,
  })
  .map(({ size, ...entry }) => tarEntry({ ...entry, ...(size !== null && { size }) }));

/** A tar of strange entries, mostly whole; the end may be missing, or something else. */
export const anyArchive: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(anyEntry, { maxLength: 6 }),
    fc.constantFrom(Buffer.alloc(2 * BLOCK), Buffer.alloc(0), Buffer.alloc(BLOCK), Buffer.alloc(BLOCK, 0xff)),
    fc.option(fc.nat(), { freq: 4 }),
  )
  .map(([entries, end, cut]) => {
    const bytes = Buffer.concat([...entries, end]);
    return cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
  });

/** Header and body; what is left out is that of an ordinary file. */
export function tarEntry(entry: Partial<Entry>): Buffer {
  const { name = "a", type = "0", linkname = "", magic = "ustar\x0000", prefix = "" } = entry;
  const { body = Buffer.alloc(0), size = body.length.toString(8) } = entry;
  const header = Buffer.alloc(BLOCK);
  for (const [text, offset, length] of [
    [name, 0, 100],
    ["0000644", 100, 8],
    ["0000000", 108, 8],
    ["0000000", 116, 8],
    [size, 124, 12],
    ["00000000000", 136, 12],
    ["        ", 148, 8],
    [type, 156, 1],
    [linkname, 157, 100],
    [magic, 257, 8],
    [prefix, 345, 155],
  ] as const) {
    Buffer.from(text).copy(header, offset, 0, length);
  }
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}
