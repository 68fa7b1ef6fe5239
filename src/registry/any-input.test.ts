import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../test/fuzz.ts";
import { OciError } from "../oci/errors.ts";
import { matchesAny } from "./conditions.ts";
import { nextLink, parsePage } from "./pagination.ts";
import { parseChunkRange, parseRange } from "./range.ts";
import { parseRoute, type Route } from "./route.ts";

const HEX = "a".repeat(64);
const number = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 1));
const anyNumber = fc.oneof(
  number.map(String),
  fc.bigInt().map(String),
  fc.constantFrom("", "-1", "00", "1e3", "0x10", "١", " 1", "1_0", "9".repeat(400)),
);
const PIECES = ["bytes=", "BYTES=", "bytes ", "=", "-", ",", "/", "*", "0", "9", " ", "\t", "W/", '"'];
const anyHeader = fc.oneof(
  fc.array(fc.oneof(fc.constantFrom(...PIECES), anyNumber), { maxLength: 8 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 100 }),
  longText(PIECES),
);

test("whatever the Range, what is sent lies within the blob", () => {
  fuzz(
    fc.property(anyHeader, fc.oneof(number, fc.constant(0)), (header, sizeBytes) => {
      const range = inBoundedTime(() => parsedOr(OciError, () => parseRange(header, sizeBytes)));
      if (!range) return;
      assert.ok(Number.isInteger(range.start) && 0 <= range.start);
      assert.ok(range.start <= range.end && range.end < sizeBytes);
    }),
    1000,
  );
});

test("a range in the blob is taken as it is written, in all three forms", () => {
  fuzz(
    fc.property(fc.nat(1e9), fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), (one, other, more) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const sizeBytes = end + more;
      assert.deepEqual(parseRange(`bytes=${start}-${end}`, sizeBytes), { start, end });
      assert.deepEqual(parseRange(`bytes=${start}-`, sizeBytes), { start, end: sizeBytes - 1 });
      assert.deepEqual(parseRange(`bytes=-${more}`, sizeBytes), {
        start: sizeBytes - more,
        end: sizeBytes - 1,
      });
    }),
    300,
  );
});

test("a Content-Range is two numbers in order, or RANGE_INVALID", () => {
  fuzz(
    fc.property(anyHeader, (header) => {
      const range = inBoundedTime(() => parsedOr(OciError, () => parseChunkRange(header)));
      if (range) assert.ok(Number.isSafeInteger(range.end) && 0 <= range.start && range.start <= range.end);
    }),
    1000,
  );
  fuzz(
    fc.property(fc.nat(), fc.nat(), fc.constantFrom("", "bytes ", "bytes="), (start, length, unit) => {
      const end = start + length;
      assert.deepEqual(parseChunkRange(`${unit}${start}-${end}`), { start, end });
      assert.deepEqual(parseChunkRange(`${unit}${start}-${end}/*`), { start, end });
    }),
    200,
  );
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.constantFrom("", "\0", "v1\0", "..", "\ud800", "v1>; rel=x"),
  longText(["a", "%", "&", ">", '"']),
);

test("whatever n and last are, a page is bounded", () => {
  fuzz(
    fc.property(fc.oneof(anyNumber, anyText), fc.option(anyText), (n, last) => {
      const query = new URLSearchParams({ n, ...(last !== null && { last }) });
      const page = inBoundedTime(() => parsedOr(OciError, () => parsePage(query)));
      if (!page) return;
      assert.ok(Number.isInteger(page.limit) && 0 <= page.limit && page.limit <= 10_000);
      assert.equal(page.after ?? "", last?.toWellFormed() ?? "");
      // PostgreSQL's text holds no NUL.
      assert.doesNotMatch(page.after ?? "", /\0/);
    }),
    1000,
  );
});

test("the page that a Link names is the one after, whatever else was asked", () => {
  const target = /^<(.*)>; rel="next"$/;
  fuzz(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.stringMatching(/^[\w.-]{1,128}$/),
      fc.dictionary(
        fc.string({ unit: "binary", maxLength: 9 }),
        fc.string({ unit: "binary", maxLength: 20 }),
      ),
      (limit, last, others) => {
        const asked = new URLSearchParams(others);
        const link = nextLink("/v2/a/b/tags/list", asked, { limit, last });
        assert.match(link, /^[\x20-\x7E]*$/, "a header holds no other characters");
        const url = new URL(target.exec(link)?.[1] ?? "", "http://hub");
        assert.deepEqual(parsePage(url.searchParams), { limit, after: last });
        for (const name of asked.keys()) {
          if (name !== "n" && name !== "last")
            assert.deepEqual(url.searchParams.getAll(name), asked.getAll(name));
        }
      },
    ),
    300,
  );
});

test("whatever If-None-Match says, the answer is yes or no, in bounded time", () => {
  const etag = `"sha256:${HEX}"`;
  fuzz(
    fc.property(anyHeader, (header) => {
      assert.equal(typeof inBoundedTime(() => matchesAny(header, etag)), "boolean");
      assert.equal(matchesAny(`W/${etag}, ${etag}`, etag), true);
    }),
    500,
  );
});

const PARTS = [
  "v2",
  "_catalog",
  "tags",
  "list",
  "manifests",
  "blobs",
  "uploads",
  "referrers",
  "org",
  "app",
  "..",
  "1..",
  ".",
  "",
  "%2e%2e",
  "%2f",
  "%5c",
  "\\",
  "%00",
  "%",
  "%zz",
  "%ff",
  "а",
  `sha256:${HEX}`,
  `sha256%3A${HEX}`,
  "A",
  "a".repeat(300),
];
const anyPart = fc.oneof(fc.constantFrom(...PARTS), fc.string({ maxLength: 10 }));
const anyAddress = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom("app", "tags"), anyPart), { minLength: 1, maxLength: 3 }),
    fc.constantFrom("tags", "manifests", "blobs", "blobs/uploads", "referrers"),
    anyPart,
  )
  .map(([name, noun, last]) => pathOf(["org", ...name, noun, last]));
const anyPath = fc.oneof(
  anyAddress,
  fc.tuple(fc.constant("/v2/org/app/blobs/uploads/"), anyPart).map((parts) => parts.join("")),
  fc.array(anyPart, { maxLength: 9 }).map(pathOf),
  longText(["/", "a/", "%2f", "..", "blobs/uploads/"]).map((text) => `/v2/${text}`),
);

/** As a path of files: `..` is one between slashes alone, so that the tag `1..` is a name like another. */
const LEADS_ELSEWHERE = /(^|\/)(\.{0,2})(\/|$)|\\|\0/;

test("whatever the path, it names content by checked names, or nothing", () => {
  fuzz(
    fc.property(anyPath, (path) => {
      const route = inBoundedTime(() => parsedOr(OciError, () => parseRoute(path)));
      if (!route) return;
      for (const text of namesOf(route)) assert.doesNotMatch(text, LEADS_ELSEWHERE, path);
    }),
    2000,
  );
});

test("each address is read back as what it was made of", () => {
  const name = fc
    .stringMatching(/^[a-z0-9]{1,9}(\/(tags|blobs|uploads|manifests|list|[a-z0-9]{1,9})){1,4}$/)
    .filter((text) => text.length <= 255);
  fuzz(
    fc.property(name, fc.uuid(), (repository, upload) => {
      const at = (rest: string) => parseRoute(`/v2/${repository}/${rest}`) as { noun: string; name: string };
      for (const [noun, rest] of [
        ["tags", "tags/list"],
        ["manifest", "manifests/v1"],
        ["manifest", `manifests/sha256:${HEX}`],
        ["blob", `blobs/sha256:${HEX}`],
        ["uploads", "blobs/uploads/"],
        ["uploads", "blobs/uploads"],
        ["upload", `blobs/uploads/${upload}`],
        ["referrers", `referrers/sha256:${HEX}`],
      ] as const) {
        const { noun: actual, name: itsName } = at(rest);
        assert.deepEqual([actual, itsName], [noun, repository], rest);
      }
    }),
    200,
  );
});

function namesOf(route: Route): string[] {
  const { noun: _, ...rest } = route;
  return Object.values(rest).map((value) =>
    typeof value === "string" ? value : String(Object.values(value as object)[0]),
  );
}

function pathOf(parts: string[]): string {
  return `/v2/${parts.join("/")}`;
}
