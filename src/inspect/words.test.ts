import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DESCRIPTION_LENGTH, MAX_ICON_LENGTH, MAX_KEYWORDS } from "../resources/detail.ts";
import {
  cleanDescription,
  cleanIcon,
  cleanKeywords,
  cleanType,
  cleanUrl,
  cutAtWord,
  mergeWords,
  splitKeywords,
} from "./words.ts";

test("cleanUrl() takes web addresses and hosts without a scheme, and nothing that runs", () => {
  const good = [
    "https://example.org/a?b#c",
    "http://localhost:8080",
    "www.mysql.com",
    "example.org/path",
    "例子.中国",
    "example.org:8443",
  ];
  for (const url of good) assert.equal(cleanUrl(` ${url}\n`), url);
  const bad = ["", "javascript:alert(1)", "data:text/html,x", "ftp://a.b", "/path", "docs/x.md", "a b.org"];
  const worse = [
    "mysql",
    "https://",
    'https://a.b/"onload=',
    "https://a.b/\u0000",
    `a.b/${"x".repeat(2048)}`,
  ];
  for (const url of [...bad, ...worse]) assert.equal(cleanUrl(url), undefined, url);
});

test("cleanIcon() takes pictures on the web and in data URLs, and no relative path", () => {
  for (const icon of ["https://a.b/i.png", "HTTP://a.b/i", "data:image/png;base64,AA=="]) {
    assert.equal(cleanIcon(icon), icon);
  }
  assert.equal(cleanIcon("https://a.b/\ud800"), "https://a.b/\uFFFD");
  const tooLong = `data:image/png,${"a".repeat(MAX_ICON_LENGTH)}`;
  for (const icon of [
    "",
    "logo.png",
    "./logo.png",
    "//a.b/i.png",
    "data:text/html,x",
    "https:///i",
    tooLong,
  ]) {
    assert.equal(cleanIcon(icon), undefined, icon.slice(0, 40));
  }
});

test("cleanKeywords() trims, keeps each word once in its first spelling, and keeps to the limits", () => {
  assert.deepEqual(cleanKeywords([" MySQL ", "mysql", "", "data  base", "x".repeat(64)]), [
    "MySQL",
    "data base",
  ]);
  const many = Array.from({ length: 30 }, (_, index) => `k${index}`);
  assert.equal(cleanKeywords(many)?.length, MAX_KEYWORDS);
  assert.equal(cleanKeywords(["", " "]), undefined);
});

test("splitKeywords() splits at commas, and at spaces only where there is none", () => {
  assert.deepEqual(splitKeywords("a b,c"), ["a b", "c"]);
  assert.deepEqual(splitKeywords("a b\nc"), ["a", "b", "c"]);
});

test("cleanDescription() makes one line, without control characters, within the limit", () => {
  assert.equal(cleanDescription(" a\r\n\tb\u0000c "), "a b c");
  assert.equal(cleanDescription("\n"), undefined);
  assert.equal(cleanDescription("\ud800x"), "\uFFFDx");
  assert.equal(cleanDescription("中".repeat(2000))?.length, MAX_DESCRIPTION_LENGTH);
});

test("cleanType() takes a short word", () => {
  assert.deepEqual(
    [cleanType(" rootfs "), cleanType(""), cleanType("x".repeat(64))],
    ["rootfs", undefined, undefined],
  );
});

test("cutAtWord() cuts between words, and never within a character", () => {
  assert.equal(cutAtWord("one two", 7), "one two");
  assert.equal(cutAtWord("one two, three", 11), "one two…");
  assert.equal(cutAtWord("one two three four", 17), "one two three…");
  for (const length of [10, 11, 12, 13]) {
    const text = cutAtWord("😀".repeat(20), length);
    assert.ok(text.isWellFormed() && text.length <= length && text.endsWith("…"), text);
  }
});

test("mergeWords() takes each field from the first that has it", () => {
  assert.deepEqual(mergeWords({ url: "a.b" }, { url: "c.d", type: "x" }, { keywords: ["k"], type: "y" }), {
    url: "a.b",
    type: "x",
    keywords: ["k"],
  });
});
