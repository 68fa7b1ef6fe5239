import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../../test/fuzz.ts";
import { ExpiredError } from "../errors.ts";
import { formatContinueToken, parseContinueToken } from "./continue-token.ts";

test("a place in a list comes out of its token as it went in", () => {
  fuzz(
    fc.property(fc.nat(), fc.stringMatching(/^[a-z0-9.-]{0,253}$/), (version, after) => {
      assert.deepEqual(parseContinueToken(formatContinueToken({ version, after })), { version, after });
    }),
    200,
  );
});

test("whatever else comes is a place, or has expired", () => {
  const encoded = fc.string({ unit: "binary" }).map((text) => Buffer.from(text).toString("base64url"));
  const numbered = fc
    .tuple(fc.bigInt(), fc.string())
    .map(([version, after]) => Buffer.from(`${version}:${after}`).toString("base64url"));
  fuzz(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), encoded, numbered, longText(["MTo", "A"])),
      (token) => {
        const place = inBoundedTime(() => parsedOr(ExpiredError, () => parseContinueToken(token)));
        if (place) assert.ok(Number.isSafeInteger(place.version) && place.version >= 0);
      },
    ),
    500,
  );
});
