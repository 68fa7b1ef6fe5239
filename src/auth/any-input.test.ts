import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../test/fuzz.ts";
import { isRepositoryName } from "../oci/reference.ts";
import { parseAuthorization } from "./credentials.ts";
import { UnauthenticatedError } from "./errors.ts";
import { ACTIONS, formatScope, MAX_SCOPES, parseScopes } from "./scope.ts";

const PIECES = [
  "repository",
  "registry",
  "(",
  ")",
  "(plugin)",
  ":",
  "::",
  ",",
  " ",
  "*",
  "pull",
  "a/b",
  "catalog",
];
const anyScope = fc.oneof(
  fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })), { maxLength: 9 }).map(join),
  fc.string({ unit: "binary", maxLength: 200 }),
  longText(PIECES),
);

test("whatever is asked for, the scopes are of real repositories and real actions, and few", () => {
  fuzz(
    fc.property(fc.array(anyScope, { maxLength: 3 }), (texts) => {
      const scopes = inBoundedTime(() => parseScopes(texts));
      assert.ok(scopes.length <= MAX_SCOPES);
      for (const scope of scopes) {
        if (scope.type === "registry") continue;
        assert.ok(isRepositoryName(scope.name));
        assert.ok([...scope.actions].every((action) => ACTIONS.includes(action)));
      }
    }),
    1000,
  );
});

test("a scope that is formatted is parsed to the same, with a class or without", () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,20}(\/[a-z0-9]{1,20}){1,4}$/);
  fuzz(
    fc.property(name, fc.subarray([...ACTIONS]), (repository, actions) => {
      const text = formatScope(repository, actions);
      const expected = [{ type: "repository", name: repository, actions: new Set(actions) }];
      assert.deepEqual(parseScopes([text]), expected);
      assert.deepEqual(parseScopes([text.replace(":", "(plugin):")]), expected);
    }),
    200,
  );
});

const anyHeader = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc
    .tuple(
      fc.constantFrom("Basic ", "basic\t", "BEARER ", "Bearer", "Basic  ", "Digest "),
      fc.oneof(fc.base64String(), fc.string()),
    )
    .map(join),
  fc.string({ unit: "binary" }).map((text) => `Basic ${Buffer.from(text).toString("base64")}`),
  fc
    .constantFrom("a\0:b", "\0:", "a:b\0", "\u007F:x", ":", "a:")
    .map((text) => `Basic ${Buffer.from(text).toString("base64")}`),
  longText(["Basic ", "=", "QQ", ":", " "]),
);

test("whatever Authorization says, it is credentials with a name that may be one, or UnauthenticatedError", () => {
  fuzz(
    fc.property(anyHeader, (header) => {
      const credentials = inBoundedTime(() =>
        parsedOr(UnauthenticatedError, () => parseAuthorization(header)),
      );
      if (credentials?.scheme === "basic") assert.doesNotMatch(credentials.name, /:|\p{Cc}/u);
    }),
    1000,
  );
});

test("name and password come out of Basic as they went in", () => {
  // RFC 7617: a name has no colon, and neither has control characters.
  const text = fc.string({ unit: "grapheme", maxLength: 40 }).map((each) => each.replaceAll(/\p{Cc}/gu, ""));
  fuzz(
    fc.property(text, text, (anyName, password) => {
      const name = anyName.replaceAll(":", "");
      // Both empty are nobody's.
      fc.pre(name !== "" || password !== "");
      const header = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
      assert.deepEqual(parseAuthorization(header), { scheme: "basic", name, password });
    }),
    300,
  );
});

function join(parts: readonly string[]): string {
  return parts.join("");
}
