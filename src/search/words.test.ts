import assert from "node:assert/strict";
import { test } from "node:test";
import { documentWords, queryWords } from "./words.ts";

test("queryWords() splits at punctuation and folds case and compatibility forms", () => {
  const cases: Record<string, string[]> = {
    "MySQL_Server-8.0/tools": ["mysql", "server", "8", "0", "tools"],
    Ｍｙｓｑｌ: ["mysql"],
    ﬁle: ["file"],
    "a  b\tc\n": ["a", "b", "c"],
    "«naïve» Привет": ["naïve", "привет"],
    "!?*()": [],
    "": [],
  };
  for (const [text, words] of Object.entries(cases)) assert.deepEqual(queryWords(text), words, text);
});

test("queryWords() asks for Chinese, Japanese and Korean by pairs of characters", () => {
  const cases: Record<string, string[]> = {
    数据库: ["数据", "据库"],
    库: ["库"],
    MySQL数据库8: ["mysql", "数据", "据库", "8"],
    データベース: ["デー", "ータ", "タベ", "ベー", "ース"],
    ﾃﾞｰﾀ: ["デー", "ータ"],
    데이터: ["데이", "이터"],
    𠀀𠀁: ["𠀀𠀁"],
  };
  for (const [text, words] of Object.entries(cases)) assert.deepEqual(queryWords(text), words, text);
});

test("documentWords() holds single characters too, so that one alone is found", () => {
  assert.deepEqual([...documentWords("数据 db")], ["数", "据", "数据", "db"]);
});

test("very long words are cut alike in documents and queries", () => {
  const digest = "f".repeat(1000);
  assert.deepEqual(queryWords(digest), [...documentWords(digest)]);
  assert.equal(queryWords(digest)[0]?.length, 64);
});
