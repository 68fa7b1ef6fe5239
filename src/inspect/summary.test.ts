import assert from "node:assert/strict";
import { test } from "node:test";
import { summarize } from "./summary.ts";

const cases: [title: string, markdown: string, summary: string | undefined][] = [
  ["below a heading", "# Title\n\nA *fast* **database** with `sql`.\n", "A fast database with sql."],
  ["right below a heading", "# Title\nA database.\nIt is fast.\n", "A database. It is fast."],
  ["below an underlined heading", "Title\n=====\nA database.\n", "A database."],
  ["below another underlined heading", "Title\n---\n\nA database.\n", "A database."],
  ["below badges", "[![b](https://a.b/b.svg)](https://a.b) ![c](c.svg)\n\nA database.", "A database."],
  ["below a comment", "<!--\nnot this\n\nnor this\n-->\nA database.", "A database."],
  ["below HTML", '<p align="center">\n<img src="x">\n</p>\n\n<h1>Title</h1>\n\nA database.', "A database."],
  ["below links to translations", "[English](a.md) | [中文](b.md)\n\nA database.", "A database."],
  ["below a list", "- one\n- two\n\nA database.", "A database."],
  ["below a table", "| a | b |\n|---|---|\n| c | d |\n\nA database.", "A database."],
  ["below code", "```\nnot this\n\nnor this\n```\n    nor this\n\nA database.", "A database."],
  ["below a quote", "> a quote\ngoes on\n\nA database.", "A database."],
  ["below a remark", "(See the list below.)\n\nA database.", "A database."],
  ["and not what leads to something", "Install it:\n\n```\nx\n```\n\nA database.", "A database."],
  ["with the text of links", "A [SQL](https://a.b) [database][1].\n", "A SQL database."],
  ["with entities and escapes", "a\\_b &amp; c &lt;d&gt;", "a_b & c <d>"],
  ["with names that have underscores", "Sets my_env_name here.", "Sets my_env_name here."],
  ["in Chinese", "# 标题\n\n一个数据库。\n", "一个数据库。"],
  ["but not after a comment without end", "<!-- x\n\nA database.", undefined],
  ["but nothing where there are headings alone", "# A\n\n## B\n", undefined],
  ["but nothing in nothing", "", undefined],
];

for (const [title, markdown, summary] of cases) {
  test(`summarize() finds the paragraph ${title}`, () => assert.equal(summarize(markdown), summary));
}

test("summarize() cuts at a word", () => {
  const summary = summarize("word ".repeat(200)) ?? "";
  assert.match(summary, /word…$/);
  assert.ok(summary.length <= 300);
});

test("summarize() takes text that is made to cost time", () => {
  for (const part of ["[", "![", "<!--", "*", "`", "<h1>", "\\", "# ", "- ", "&amp;", "<a ", "("]) {
    assert.doesNotThrow(() => summarize(part.repeat(100_000)));
  }
});
