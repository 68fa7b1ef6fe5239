import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "../oci/digest.ts";
import { parseRoute } from "./route.ts";

const digest = digestOf(Buffer.from("x"));
const sha512 = digestOf(Buffer.from("x"), "sha512");
const long = `org/${"a".repeat(251)}`;

const ROUTES: [string, object | undefined][] = [
  ["/v2", { noun: "base" }],
  ["/v2/", { noun: "base" }],
  ["/v2/_catalog", { noun: "catalog" }],
  ["/v2/a/b/tags/list", { noun: "tags", name: "a/b" }],
  ["/v2/a/b/c/manifests/v1", { noun: "manifest", name: "a/b/c", reference: { tag: "v1" } }],
  [`/v2/a/b/manifests/${digest}`, { noun: "manifest", name: "a/b", reference: { digest } }],
  [
    `/v2/a/b/manifests/${encodeURIComponent(digest)}`,
    { noun: "manifest", name: "a/b", reference: { digest } },
  ],
  [`/v2/${long}/blobs/${sha512}`, { noun: "blob", name: long, digest: sha512 }],
  ["/v2/a/b/blobs/uploads/", { noun: "uploads", name: "a/b" }],
  ["/v2/a/b/blobs/uploads", { noun: "uploads", name: "a/b" }],
  ["/v2/a/b/blobs/uploads/id", { noun: "upload", name: "a/b", upload: "id" }],
  [`/v2/a/b/referrers/${digest}`, { noun: "referrers", name: "a/b", digest }],
  // Names that hold the words of the API.
  ["/v2/a/manifests/tags/list", { noun: "tags", name: "a/manifests" }],
  ["/v2/blobs/uploads/blobs/uploads/", { noun: "uploads", name: "blobs/uploads" }],
  ["/v2/a/b/manifests/uploads", { noun: "manifest", name: "a/b", reference: { tag: "uploads" } }],
  ["/v2/a/b/manifests/list", { noun: "manifest", name: "a/b", reference: { tag: "list" } }],
  ["/v2/a/blobs/manifests/uploads", { noun: "manifest", name: "a/blobs", reference: { tag: "uploads" } }],
  ["/v2/a/uploads/manifests/uploads", { noun: "manifest", name: "a/uploads", reference: { tag: "uploads" } }],
  ["/v2/a/b/tags/uploads", undefined],
  ["/v2/uploads", undefined],
  ["/v2/a/b/other/v1", undefined],
  ["/v2/a/b", undefined],
  // Other addresses than those of the API.
  ["/v2/..", undefined],
  ["/v2//", undefined],
  ["/v2//_catalog", undefined],
  ["//v2/_catalog", undefined],
  ["/./v2/_catalog", undefined],
  ["/v2%2f_catalog", undefined],
  ["/v2x_catalog", undefined],
];

for (const [path, route] of ROUTES) {
  test(`parseRoute() reads ${path.slice(0, 60)}`, () => assert.deepEqual(parseRoute(path), route));
}

for (const [path, code] of [
  ["/v2/mysql/manifests/v1", "NAME_INVALID"],
  ["/v2/a/b/manifests/.v1", "TAG_INVALID"],
  ["/v2/a/b/blobs/sha256:x", "DIGEST_INVALID"],
  ["/v2/a/%/blobs/x", "NAME_INVALID"],
  ["/v2/a/..%2f..%2fb/tags/list", "NAME_INVALID"],
  ["/v2/a/b/blobs/uploads/..", "BLOB_UPLOAD_UNKNOWN"],
  ["/v2/a/b/blobs/uploads/%00", "BLOB_UPLOAD_UNKNOWN"],
] as const) {
  test(`parseRoute() refuses ${path} with ${code}`, () => assert.throws(() => parseRoute(path), { code }));
}

test("parseRoute() says what is wrong with escapes that are no UTF-8", () =>
  assert.throws(
    () => parseRoute("/v2/a/b/manifests/%FF"),
    /expected two hex digits after each %, and UTF-8$/,
  ));
