import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { fuzz } from "../../test/fuzz.ts";
import { anyArchive, tarEntry } from "../../test/mutated-tar.ts";
import { digestOf } from "../oci/digest.ts";
import { OCI_LAYER } from "../oci/media-types.ts";
import { createBudget } from "./budget.ts";
import { unpack } from "./compression.ts";
import { UnavailableError } from "./errors.ts";
import { readLayer } from "./layer.ts";
import { parseEntryPath, resolveLink } from "./layer-path.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

test("whatever an archive's headers say, its entries lie inside the root, and an error says what is wrong", async () => {
  await fuzz(
    fc.asyncProperty(anyArchive, async (bytes) => {
      try {
        for await (const entry of layerOf(bytes)) {
          if (entry.path !== undefined) assert.doesNotMatch(entry.path, /^\/|(?:^|\/)\.\.(?:\/|$)|\/\/|\/$/);
          if (entry.kind === "file") assert.ok((await entry.read(100)).bytes.length <= 100);
        }
      } catch (error) {
        assert.ok(error instanceof UnavailableError, String(error));
        assert.ok(error.message.length < 2000);
      }
    }),
    300,
  );
});

test("an extended header whose record has a negative length is LayerCorrupt, and not read forever", async () => {
  const records = ["-5 a\n", "8 a=bcd\n-5 a\n", "-00000000000000000000000000005 a\n"];
  for (const record of records) {
    for (const type of ["x", "g"]) {
      const bytes = Buffer.concat([
        tarEntry({ type, body: Buffer.from(record) }),
        tarEntry({ name: "README.md" }),
      ]);
      await assert.rejects(Array.fromAsync(layerOf(bytes)), {
        reason: "LayerCorrupt",
        message: /extended header/,
      });
    }
  }
});

test("a file that is cut off while it is read is LayerCorrupt", async () => {
  const bytes = tarEntry({ name: "README.md", body: Buffer.alloc(5000, "x") }).subarray(0, 3000);
  for await (const entry of layerOf(bytes)) {
    await assert.rejects(entry.read(100), { reason: "LayerCorrupt" });
    break;
  }
});

const packed = fc.constantFrom(gzipSync, zstdCompressSync, deflateSync, brotliCompressSync);

test("whatever compressed bytes are cut, doubled or changed, they unpack or are LayerCorrupt", async () => {
  await fuzz(
    fc.asyncProperty(
      anyArchive,
      packed,
      fc.nat(),
      fc.nat(255),
      fc.boolean(),
      async (bytes, pack, at, value, twice) => {
        const whole = pack(bytes);
        const changed = Buffer.concat(twice ? [whole, whole] : [whole.subarray(0, 1 + (at % whole.length))]);
        changed[at % changed.length] = value;
        let unpackedBytes = 0;
        try {
          for await (const chunk of unpack(chunksOf(changed), DIGEST)) unpackedBytes += chunk.length;
        } catch (error) {
          assert.ok(error instanceof Error && !(error instanceof TypeError || error instanceof RangeError));
        }
        assert.ok(unpackedBytes < 10_000_000);
      },
    ),
    200,
  );
});

test("a path is parsed to one inside the root, or to none; links never lead out", () => {
  const anyPath = fc.array(fc.oneof(fc.constantFrom("..", ".", "", "a", ".wh.a", "\\"), fc.string()), {
    maxLength: 9,
  });
  fuzz(
    fc.property(anyPath, anyPath, (parts, target) => {
      const path = parseEntryPath(parts.join("/"));
      const resolved = resolveLink(path ?? "", target.join("/"));
      for (const each of [path ?? "", resolved]) {
        assert.ok(!each.split("/").some((part) => part === ".." || part === "."), each);
        assert.equal(parseEntryPath(each), each);
      }
    }),
    500,
  );
});

const DIGEST = digestOf(Buffer.from("layer"));

function layerOf(bytes: Buffer) {
  const layer = { mediaType: OCI_LAYER, digest: digestOf(bytes), size: bytes.length };
  return readLayer(layer, { read: async () => chunksOf(bytes) }, createBudget(DEFAULT_LIMITS));
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 7000) yield bytes.subarray(start, start + 7000);
}
