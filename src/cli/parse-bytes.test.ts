import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBytes } from "./parse-bytes.ts";

test("parseBytes() refuses what is no size", () => {
  for (const text of ["", "MB", "-1", "0", "1TB", "1 M B", "1e3", "9999999999GB"])
    assert.throws(() => parseBytes("--rate", text), /Cannot take --rate .*for example 50MB/, text);
});

test("parseBytes() takes decimal and binary units", () => {
  const sizes = {
    "4096": 4096,
    "50MB": 50_000_000,
    "64MiB": 67_108_864,
    "1.5 gi": 1_610_612_736,
    "8k": 8000,
  };
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseBytes("--rate", text), bytes);
});
