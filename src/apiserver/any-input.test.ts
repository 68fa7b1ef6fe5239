import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../test/fuzz.ts";
import { ExpiredError } from "../resource-store/errors.ts";
import type { LabelRequirement } from "../resource-store/port.ts";
import { createContinueTokens } from "./continue-token.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import { StatusError } from "./status.ts";

const PIECES = [
  ",",
  "(",
  ")",
  "!",
  "=",
  "==",
  "!=",
  " ",
  "in",
  "notin",
  "a",
  "a/b",
  ".",
  "-",
  "metadata.name",
  "\0",
];
const anySelector = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 15 })
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 200 }),
  longText(PIECES),
);

test("whatever a selector says, it is requirements, or BadRequest", () => {
  fuzz(
    fc.property(anySelector, (text) => {
      const labels = inBoundedTime(() => parsedOr(StatusError, () => parseLabelSelector(text)));
      const fields = inBoundedTime(() => parsedOr(StatusError, () => parseFieldSelector(text)));
      assert.ok((labels ?? []).length <= 100 && (fields ?? []).length <= 100);
      // PostgreSQL's text holds no NUL.
      assert.doesNotMatch(JSON.stringify([labels, fields]), /\\u0000/);
    }),
    1500,
  );
});

const value = fc.stringMatching(/^[a-z0-9]{1,10}$/);
const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record(
    { key: value, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const) },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      key: value,
      operator: fc.constantFrom("In" as const, "NotIn" as const),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    },
    { noNullPrototype: true },
  ),
);

test("requirements that are written as Kubernetes writes them are read as the same", () => {
  fuzz(
    fc.property(fc.array(requirement, { maxLength: 8 }), (requirements) => {
      assert.deepEqual(parseLabelSelector(requirements.map(format).join(",")), requirements);
    }),
    300,
  );
});

test("a continue token is opened to what was sealed; whatever else comes has expired", () => {
  const tokens = createContinueTokens(randomBytes(32));
  fuzz(
    fc.property(fc.option(fc.string(), { nil: undefined }), fc.nat(), fc.nat(), (page, seen, at) => {
      const token = tokens.seal({ page, seen });
      assert.deepEqual(tokens.open(token), { page: page?.toWellFormed(), seen });
      const bytes = Buffer.from(token, "base64url");
      const place = at % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(place) ^ (1 + (at % 255)), place);
      assert.throws(() => tokens.open(bytes.toString("base64url")), ExpiredError);
      assert.throws(() => tokens.open(token.slice(0, place)), ExpiredError);
    }),
    300,
  );
  fuzz(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), longText(["A", "="])), (text) => {
      assert.equal(
        inBoundedTime(() => parsedOr(ExpiredError, () => tokens.open(text))),
        undefined,
      );
    }),
    300,
  );
});

function format({ key, operator, ...rest }: LabelRequirement): string {
  const values = "values" in rest ? `(${rest.values?.join(", ")})` : "";
  switch (operator) {
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "In":
      return `${key} in ${values}`;
    case "NotIn":
      return `${key} notin ${values}`;
  }
}
