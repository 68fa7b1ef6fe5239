import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, parsedOr } from "../../test/fuzz.ts";
import { decodeProtobuf, type Message } from "./protobuf.ts";
import { message, text } from "./write-protobuf.ts";

const META: Message = {
  1: ["name", "text"],
  2: ["labels", "text", "map"],
  3: ["finalizers", "text", "list"],
};
const MESSAGES: Record<string, Message> = {
  Secret: {
    1: ["metadata", META],
    2: ["data", "bytes", "map"],
    5: ["immutable", "boolean"],
    6: ["count", "number"],
  },
};

/** What `MESSAGES` have names for. */
interface Written {
  name: string;
  labels: Record<string, string>;
  finalizers: string[];
  data: Record<string, Uint8Array>;
  immutable: boolean;
}

const words = fc.string({ unit: "grapheme", maxLength: 8 });
const written: fc.Arbitrary<Written> = fc.record(
  {
    name: words,
    labels: fc.dictionary(words, words, { maxKeys: 3, noNullPrototype: true }),
    finalizers: fc.array(words, { maxLength: 3 }),
    data: fc.dictionary(words, fc.uint8Array({ maxLength: 300 }), { maxKeys: 3, noNullPrototype: true }),
    immutable: fc.boolean(),
  },
  { noNullPrototype: true },
);

test("what was written in protobuf is read as JSON has it", () => {
  fuzz(
    fc.property(written, (object) => {
      const { name, labels, finalizers, data, immutable } = object;
      assert.deepEqual(decodeProtobuf(bytesOf(object), MESSAGES), {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name,
          ...(Object.keys(labels).length > 0 && { labels }),
          ...(finalizers.length > 0 && { finalizers }),
        },
        ...(Object.keys(data).length > 0 && {
          data: Object.fromEntries(
            Object.entries(data).map(([key, bytes]) => [key, Buffer.from(bytes).toString("base64")]),
          ),
        }),
        immutable,
      });
    }),
    300,
  );
});

test("whatever else stands there, it is an object, or RangeError", () => {
  fuzz(
    fc.property(written, fc.nat(), fc.nat({ max: 254 }), (object, at, change) => {
      const bytes = bytesOf(object);
      const changed = Buffer.from(bytes);
      const place = at % bytes.length;
      changed.writeUInt8(changed.readUInt8(place) ^ (1 + change), place);
      for (const body of [bytes.subarray(0, place), changed]) {
        const decoded = inBoundedTime(() => parsedOr(RangeError, () => decodeProtobuf(body, MESSAGES)));
        assert.ok(decoded === undefined || typeof decoded.kind === "string");
      }
    }),
    1000,
  );
});

test("a field that is none of its type, or ends after its message, is refused", () => {
  for (const parts of [
    // A text where a boolean is, and a number where a text is.
    [text(5, "yes")],
    [message(1, [Buffer.from([8, 1])])],
    [Buffer.from([2 * 8 + 2, 100, 1])],
    [Buffer.from([2 * 8 + 3])],
    [Buffer.from([2 * 8 + 2])],
  ]) {
    assert.throws(() => decodeProtobuf(wrapped(parts), MESSAGES), RangeError);
  }
  assert.throws(() => decodeProtobuf(Buffer.from('{"kind":"Secret"}'), MESSAGES), /no Kubernetes protobuf/);
});

test("of a kind that is not asked for nothing but the type is read", () => {
  const body = wrapped([text(1, "x")], "__proto__");
  assert.deepEqual(decodeProtobuf(body, MESSAGES), { apiVersion: "v1", kind: "__proto__" });
});

function bytesOf({ name, labels, finalizers, data, immutable }: Written): Buffer {
  return wrapped([
    message(1, [
      text(1, name),
      ...Object.entries(labels).map(([key, value]) => message(2, [text(1, key), text(2, value)])),
      ...finalizers.map((each) => text(3, each)),
    ]),
    ...Object.entries(data).map(([key, value]) =>
      message(2, [text(1, key), message(2, [Buffer.from(value)])]),
    ),
    // A number.
    Buffer.from([5 * 8, immutable ? 1 : 0]),
  ]);
}

function wrapped(parts: Buffer[], kind = "Secret"): Buffer {
  return Buffer.concat([Buffer.from("k8s\0"), message(1, [text(1, "v1"), text(2, kind)]), message(2, parts)]);
}
