import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { highlight, MATCH_END, MATCH_START } from "./highlight.ts";
import { parseText } from "./query.ts";

function highlighted(text: string, q: string, within = false): string | undefined {
  return highlight(text, parseText(q).terms, within)?.replaceAll(MATCH_START, "[").replaceAll(MATCH_END, "]");
}

test("highlight() marks words as they are written", () => {
  assert.equal(highlighted("The MySQL server", "mysql"), "The [MySQL] server");
  assert.equal(highlighted("The MySQL server", "mys"), "The [MyS]QL server");
  assert.equal(highlighted("my own MySQL", "my server"), "[my] own MySQL");
  assert.equal(highlighted("关系型数据库系统", "数据库"), "关系型[数据库]系统");
  assert.equal(highlighted("Ｍｙｓｑｌ", "mysql"), "[Ｍｙｓｑｌ]");
  assert.equal(highlighted("ﬁles", "file"), "[ﬁles]");
  assert.equal(highlighted("acme/go-mysqldump", "sql", true), "acme/go-my[sql]dump");
  assert.equal(highlighted("nothing here", "mysql"), undefined);
});

test("highlight() gives the part of a long text around its first match", () => {
  const text = `${"before ".repeat(50)}the match ${"after ".repeat(100)}`;
  const fragment = highlighted(text, "match") ?? "";
  assert.match(fragment, /^…before .*the \[match\] after .*after…$/);
  assert.ok(fragment.length < 210);
});

test("highlight() cuts no character in two, and only adds marks", () => {
  const text = fc.array(fc.constantFrom("mysql", " ", "𠀀", "数据", "é", "🐳", "x".repeat(70)), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.join("");
      const fragment = highlight(whole, parseText("数据 mysql").terms);
      if (fragment === undefined) return;
      assert.ok(fragment.isWellFormed());
      const plain = fragment.replaceAll(/[\u{E000}\u{E001}]/gu, "").replaceAll("…", "");
      assert.ok(whole.includes(plain));
      assert.ok(fragment.includes(MATCH_START));
    }),
  );
});
