import assert from "node:assert/strict";
import { test } from "node:test";
import { cutAtLine, decodeText } from "./readme-text.ts";

const cases: [title: string, bytes: Buffer, text: string, isGuess: boolean][] = [
  ["UTF-8", Buffer.from("héllo 中文"), "héllo 中文", false],
  ["UTF-8 with a byte order mark", Buffer.from("\uFEFFhéllo"), "héllo", false],
  ["UTF-16, little-endian", Buffer.from("\uFEFFhéllo 中", "utf16le"), "héllo 中", false],
  ["UTF-16, big-endian", Buffer.from("\uFEFFhéllo 中", "utf16le").swap16(), "héllo 中", false],
  ["Latin-1", Buffer.from("h\u00e9llo", "latin1"), "héllo", true],
  ["Windows quotes", Buffer.from([0x93, 0x61, 0x94]), "“a”", true],
  ["UTF-16 that ends within a character", Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]), "a\uFFFD", true],
  ["half a surrogate pair", Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), "\uFFFD", true],
  ["CRLF and CR", Buffer.from("a\r\nb\rc\n"), "a\nb\nc\n", false],
  ["NUL bytes", Buffer.from("a\0b\0"), "ab", false],
  ["nothing", Buffer.alloc(0), "", false],
];

for (const [title, bytes, text, isGuess] of cases) {
  test(`decodeText() reads ${title}`, () => {
    assert.deepEqual(decodeText({ bytes, isCut: false }), { text, isGuess });
  });
}

test("decodeText() takes a character that the cut went through for no sign of Latin-1", () => {
  const bytes = Buffer.from("aé").subarray(0, 2);
  assert.deepEqual(decodeText({ bytes, isCut: true }), { text: "a", isGuess: false });
  assert.equal(decodeText({ bytes, isCut: false }).isGuess, true);
});

test("cutAtLine() leaves what fits, and counts bytes", () => {
  assert.deepEqual(cutAtLine("é\né\n", 6), { text: "é\né\n", isCut: false });
  assert.deepEqual(cutAtLine("é\né\n", 5), { text: "é\n", isCut: true });
});

test("cutAtLine() cuts after the last whole line", () => {
  assert.equal(cutAtLine("one\ntwo\nthree\n", 8).text, "one\ntwo\n");
  assert.equal(cutAtLine("one\ntwo\nthree\n", 12).text, "one\ntwo\n");
});

test("cutAtLine() cuts a very long line between characters", () => {
  for (const maxBytes of [30, 31, 32, 33]) {
    const { text } = cutAtLine(`title\n${"中😀".repeat(100)}`, maxBytes);
    assert.ok(Buffer.byteLength(text) <= maxBytes && Buffer.byteLength(text) > maxBytes - 4, text);
    assert.ok(!text.includes("\uFFFD"));
  }
});
