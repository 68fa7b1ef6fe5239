import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAge, formatCount, formatSize, hueOf, shortDigest, toWebAddress } from "./format.ts";

test("sizes step by 1000 and keep at most one digit after the point", () => {
  const sizes: [number, string][] = [
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [999_999, "1 MB"],
    [12_340_000, "12.3 MB"],
    [512_000_000, "512 MB"],
    [1_500_000_000, "1.5 GB"],
  ];
  for (const [size, expected] of sizes) assert.equal(formatSize(size, "en"), expected);
});

test("counts are short in both languages", () => {
  assert.equal(formatCount(12_345, "en"), "12.3K");
  assert.equal(formatCount(12_345, "zh-CN"), "1.2万");
});

test("ages name the largest whole unit, and a time in the future is now", () => {
  const now = new Date("2026-06-15T12:00:00Z");
  const ages: [string, string][] = [
    ["2026-06-15T12:00:30Z", "now"],
    ["2026-06-15T11:59:30Z", "now"],
    ["2026-06-15T11:58:00Z", "2 minutes ago"],
    ["2026-06-14T12:00:00Z", "yesterday"],
    ["2026-04-15T12:00:00Z", "2 months ago"],
    ["2023-01-01T00:00:00Z", "3 years ago"],
  ];
  for (const [time, expected] of ages) assert.equal(formatAge(new Date(time), now, "en"), expected);
  assert.equal(formatAge(new Date("2026-06-12T12:00:00Z"), now, "zh-CN"), "3天前");
  assert.equal(formatAge(new Date("2026-06-12T12:00:00Z"), now, "en", "narrow"), "3d ago");
  assert.equal(formatAge(now, now, "en", "narrow"), "now");
});

test("a digest is cut to twelve digits behind its algorithm", () => {
  assert.equal(shortDigest(`sha256:${"ab".repeat(32)}`), "sha256:abababababab");
});

test("home pages without a scheme become https, and no other scheme becomes a link", () => {
  const addresses: [string, string | undefined][] = [
    ["www.mysql.com", "https://www.mysql.com/"],
    ["localhost:8080/x", "https://localhost:8080/x"],
    ["http://example.com", "http://example.com/"],
    ["//example.com/a", "https://example.com/a"],
    ["javascript:alert(1)", undefined],
    [" JavaScript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["mailto:a@b.c", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of addresses) assert.equal(toWebAddress(text), expected, text);
});

test("the colour of a name is always the same, and differs between names", () => {
  assert.equal(hueOf("library/mysql"), hueOf("library/mysql"));
  assert.notEqual(hueOf("library/mysql"), hueOf("library/redis"));
});
