import assert from "node:assert/strict";
import type { Answer } from "./ask.ts";
import { DIFFERENCES, type Difference } from "./differences.ts";

interface Details {
  name?: string;
  group?: string;
  kind?: string;
  causes?: Cause[];
}

interface Cause {
  reason: string;
  message: string;
  field: string;
}

const used = new Set<Difference>();

/** What the hub must answer where Kubernetes answers this. @returns a check that throws AssertionError */
export function expectationOf(title: string, kubernetes: Answer): (hub: Answer) => void {
  const expected = withoutOwnAffairs(kubernetes);
  const difference = DIFFERENCES.find(({ of }) =>
    of instanceof RegExp ? of.test(title) : of.includes(title),
  );
  return (hub) => {
    const actual = withoutOwnAffairs(hub);
    if (!difference) return assert.deepEqual(plain(actual), plain(expected));
    if (!isSame(actual, expected)) used.add(difference);
    return CHECKS[difference.hub](actual, expected, difference);
  };
}

/** Differences by which no answer differed. */
export function unusedDifferences(): Difference[] {
  return DIFFERENCES.filter((difference) => !used.has(difference));
}

const CHECKS: Record<Difference["hub"], (hub: Answer, kubernetes: Answer, difference: Difference) => void> = {
  /** The same fields for the same reasons; of each, at least what Kubernetes says. */
  "says more"(hub, kubernetes) {
    assert.deepEqual([hub.code, hub.reason], [kubernetes.code, kubernetes.reason]);
    const [own, theirs] = [detailsOf(hub), detailsOf(kubernetes)];
    assert.deepEqual({ ...own, causes: [] }, { ...theirs, causes: [] });
    for (const { field, reason, message } of theirs.causes ?? []) {
      const same = own.causes?.some(
        (cause) => cause.field === field && cause.reason === reason && cause.message.startsWith(message),
      );
      assert.ok(same, `${field}: ${message}; got ${JSON.stringify(own.causes)}`);
    }
  },
  /** The same up to a place in the message, and there its own words. */
  "says it otherwise"(hub, kubernetes, { until, words }) {
    assert.deepEqual([hub.code, hub.reason], [kubernetes.code, kubernetes.reason]);
    const beginning =
      until === undefined ? "" : `${(kubernetes.message ?? "").split(until, 1)[0] ?? ""}${until}`;
    assert.ok(hub.message?.startsWith(beginning), `${hub.message} begins with ${beginning}`);
    assert.match(hub.message?.slice(beginning.length) ?? "", words ?? /./);
  },
  /** Another code. */
  "answers otherwise"(hub, _kubernetes, { code, reason, words }) {
    assert.deepEqual([hub.code, hub.reason], [code, reason]);
    assert.match(hub.message ?? "", words ?? /./);
  },
};

function isSame(one: Answer, other: Answer): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function detailsOf({ details }: Answer): Details {
  return (details ?? {}) as Details;
}

function plain(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer)) as unknown;
}

/** That Kubernetes leaves CEL out for what a schema refuses, finds some causes twice, and tells them in any order. */
const LEFT_OUT =
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

function withoutOwnAffairs(answer: Answer): Answer {
  const { causes, ...details } = detailsOf(answer);
  if (!causes) return answer;
  const kept = causes
    .filter(({ message }) => !message.endsWith(LEFT_OUT))
    .filter((cause, index, all) => all.findIndex((other) => isSameCause(other, cause)) === index)
    .toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  const about = answer.message?.split(" is invalid: ", 1)[0] ?? "";
  const texts = kept.map(textOf);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const message = answer.reason === "Invalid" ? `${about} is invalid: ${all}` : answer.message;
  return { ...answer, message, details: { ...details, causes: kept } };
}

function isSameCause(one: Cause, other: Cause): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ field, message }: Cause): string {
  return `${field}: ${message}`;
}
