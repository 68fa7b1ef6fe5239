import assert from "node:assert/strict";
import { test } from "node:test";
import { isOddPath, isRegistry, meantPath, normalizeAddress, registryRoute } from "./address.ts";

const NORMALIZED: [string, string][] = [
  ["/v2/", "/v2/"],
  ["http://hub", "/"],
  ["http://hub//v2/?n=1", "//v2/?n=1"],
  ["/v2/?n=1#part", "/v2/?n=1"],
  ["/token#?x", "/token"],
  ["/%61pi/v1/%6De", "/api/v1/me"],
  ["/v2/a/%2E%2e/b", "/v2/a/../b"],
  ["/v2/a%2Fb/blobs/sha256%3Aab", "/v2/a%2Fb/blobs/sha256%3Aab"],
  ["/search?q=%61%2F%", "/search?q=%61%2F%"],
  // An escape of an escape, and half of one, do not become escapes.
  ["/%2561pi", "/%2561pi"],
  ["/%%361pi", "/%%361pi"],
  ["*", "*"],
];

for (const [url, expected] of NORMALIZED) {
  test(`normalizeAddress() reads ${url} as ${expected}`, () => assert.equal(normalizeAddress(url), expected));
}

for (const path of [
  "/v2",
  "/v2/",
  "/v2?n=1",
  "/v2/a/b",
  "//v2/",
  "/./v2/",
  "/x/../v2",
  "/%2fv2/",
  "/v2%2f",
  "\\v2",
]) {
  test(`isRegistry() takes ${path} for the registry's to answer`, () => assert.equal(isRegistry(path), true));
}

for (const path of ["/", "/v2x", "/V2/", "/v21/", "/api/v1/images/a%2fv2/", "/?/../v2/"]) {
  test(`isRegistry() leaves ${path} to others`, () => assert.equal(isRegistry(path), false));
}

test("a path with an empty segment, a dot segment or a backslash is odd; a query never is", () => {
  for (const path of ["//", "//api", "/api//v1", "/api/./v1", "/api/..", "/.", "/a\\b"])
    assert.equal(isOddPath(path), true, path);
  for (const path of ["/", "/api/v1/", "/.well-known/jwks.json", "/a/..b/c.", "/search?q=//&next=/../x"])
    assert.equal(isOddPath(path), false, path);
});

test("meantPath() leaves out what names nothing", () => {
  assert.equal(meantPath("//apis//x/./y/../z%2fw?q=//"), "/apis/x/z/w");
  assert.equal(meantPath("/../.."), "/");
});

test("registryRoute() finds a manifest however its address is spelled, and nothing in what is no address", () => {
  for (const path of ["/v2/a/b/manifests/v1?x=/", "/v2/a/b%2Fmanifests%2fv1"])
    assert.equal(registryRoute(path)?.noun, "manifest", path);
  for (const path of ["/v2/a/b/manifests/.v1", "//v2/a/b/manifests/v1", "/api/a/b/manifests/v1"])
    assert.equal(registryRoute(path), undefined, path);
});
