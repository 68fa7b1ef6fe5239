import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../test/fuzz.ts";
import { InvalidContinueError } from "./errors.ts";
import { addRepository, ANYBODY, openTestSearch } from "./search.fixture.ts";

test("whatever continue says, it is a page of this search, or INVALID_CONTINUE", async (t) => {
  const { search, store } = await openTestSearch(t);
  for (const name of ["acme/one", "acme/two", "acme/six"]) await addRepository(store, name, {});
  await search.caughtUp();
  const sort = fc.constantFrom("relevance" as const, "name" as const, "newest" as const);
  const [first] = ["relevance", "name"].map(
    (each) => search.search({ limit: 1, sort: each as "name" }, ANYBODY).continue ?? "",
  );
  assert.ok(first);
  const parts = JSON.parse(Buffer.from(first, "base64url").toString()) as unknown[];
  /** A token of this index with other values in some places. */
  const changed = fc
    .array(fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.maxSafeInteger()), { maxLength: 6 })
    .map((values) =>
      encode(parts.map((part, index) => values[index] ?? part).concat(values.slice(parts.length))),
    );
  const anyToken = fc.oneof(
    changed,
    fc.json().map((text) => Buffer.from(text).toString("base64url")),
    fc.string({ unit: "binary" }),
    longText(["W1td", "A", "WyI"]),
  );
  fuzz(
    fc.property(anyToken, sort, fc.string(), (token, sorted, q) => {
      for (const query of [
        { continue: token, sort: sorted },
        { continue: token, q },
        { continue: token, limit: 1 },
      ]) {
        inBoundedTime(() => parsedOr(InvalidContinueError, () => search.search(query, ANYBODY)));
      }
    }),
    200,
  );
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
