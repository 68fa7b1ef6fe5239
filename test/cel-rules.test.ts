import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { causesOfAdmission, type Cause } from "./cel-rules/admission.ts";
import type { Answers } from "./cel-rules/answers.ts";
import type { Case } from "./cel-rules/case.ts";
import { CASES } from "./cel-rules/cases/all.ts";
import { allRules } from "./cel-rules/rules-of.ts";
import { FIELDS } from "./cel-rules/texts.ts";

const answers = JSON.parse(
  readFileSync(join(import.meta.dirname, "cel-rules/answers.json"), "utf8"),
) as Answers;

test("the rules are those that Kubernetes was asked by: else run test/cel-rules/record.ts", () => {
  assert.deepEqual(allRules(), answers.rules);
});

for (const each of CASES) {
  test(`CEL says what admission says: ${each.title}`, () => {
    const kubernetes = answers.cases[each.title];
    assert.ok(kubernetes, "it is recorded: run test/cel-rules/record.ts");
    const admission = causesOfAdmission(each);
    if (each.celCannot === undefined) return requireSame(kubernetes, admission, each);
    assert.notDeepEqual(admission, [], "admission refuses it");
    assert.deepEqual(kubernetes, []);
  });
}

for (const [field, { put, takesMore }] of Object.entries(FIELDS)) {
  test(`CEL takes what admission takes, and ${takesMore ? "little" : "nothing"} else: ${field}`, () => {
    const texts = Object.entries(answers.texts[field] ?? {});
    assert.equal(new Set(texts.map(([, isTaken]) => isTaken)).size, 2, "some are taken, some are not");
    for (const [text, isTaken] of texts) {
      const isAdmitted = causesOfAdmission({ resource: put(text) }).length === 0;
      if (isAdmitted || !takesMore) assert.equal(isTaken, isAdmitted, JSON.stringify(text));
    }
  });
}

/** The same fields, in words of admission; the value before them is written by others. */
function requireSame(kubernetes: Cause[], admission: Cause[], { saysGrammar }: Case): void {
  assert.deepEqual(fieldsOf(kubernetes), fieldsOf(admission));
  if (saysGrammar) return;
  for (const { field, message } of kubernetes) {
    const isSaid = admission.some((cause) => cause.field === field && message.endsWith(`: ${cause.message}`));
    assert.ok(isSaid, `${message}; got ${JSON.stringify(admission)}`);
  }
}

function fieldsOf(causes: Cause[]): string[] {
  return [...new Set(causes.map(({ field }) => field))].toSorted();
}
