import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeOpenApiV2 } from "./open-api-protobuf.ts";

test("a document is written field by field, texts longer than 127 bytes with a length of two", () => {
  const long = "x".repeat(200);
  const encoded = encodeOpenApiV2({
    swagger: "2.0",
    info: { title: "T", version: "1" },
    paths: {},
    definitions: { A: { type: "object", description: long } },
  });
  const schema = Buffer.concat([
    Buffer.from([0x22, 0xc8, 0x01]),
    Buffer.from(long),
    Buffer.from([0xb2, 0x01, 8, 0x0a, 6]),
    Buffer.from("object"),
  ]);
  assert.equal(
    encoded.toString("latin1"),
    Buffer.concat([
      Buffer.from("\x0a\x032.0", "latin1"),
      Buffer.from("\x12\x06\x0a\x01T\x12\x011", "latin1"),
      Buffer.from("\x42\x00", "latin1"),
      // definitions: its length, then one named schema.
      Buffer.from([0x4a, 0xdf, 0x01, 0x0a, 0xdc, 0x01, 0x0a, 1, 0x41, 0x12, 0xd6, 0x01]),
      schema,
    ]).toString("latin1"),
  );
});
