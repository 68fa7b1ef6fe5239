/** A rule in CEL, the language in which Kubernetes checks what a schema cannot say. */
export interface Rule {
  rule: string;
  /** What was expected and what to do, in the words of admission. */
  message?: string;
  /** The same in CEL, where it depends on what was given. */
  messageExpression?: string;
  reason: "FieldValueInvalid";
  /** The field that is wrong, below the one that has the rule. */
  fieldPath?: string;
  /** The rule asks `oldSelf.hasValue()`: Kubernetes leaves other rules that name `oldSelf` out on create. */
  optionalOldSelf?: true;
}

/** For the options of a schema: what it must hold beside. */
export function validatedBy(...rules: Rule[]): { "x-kubernetes-validations": Rule[] } {
  return { "x-kubernetes-validations": rules };
}

/** Of `self`, which has the rule, this must hold. */
export function rule(holds: string, message: string): Rule {
  return { rule: holds, message, reason: "FieldValueInvalid" };
}

/**
 * Whether a text matches one of our patterns. They keep to what JavaScript and RE2 say alike; one that ignores case is
 * written in lower case.
 */
export function matches(pattern: RegExp, text = "self"): string {
  const source = pattern.source
    .replaceAll(String.raw`\/`, "/")
    .replaceAll(/\\u([0-9A-F]{4})/g, String.raw`\x{$1}`);
  return `${text}${pattern.ignoreCase ? ".lowerAscii()" : ""}.matches(r'${source}')`;
}

/** A text in CEL; what `valueOf` put into it is filled in when it is said. */
export function celText(text: string): string {
  return `'${text}'`;
}

/** For a text that is given to `celText`. */
export function valueOf(expression: string): string {
  return `' + ${expression} + '`;
}
