import { labelValueFaults, qualifiedNameFaults } from "../admission/qualified-name.ts";
import type { LabelRequirement } from "../resource-store/port.ts";
import { StatusError } from "./status.ts";

/** Requirements of one selector: more than anybody writes. */
const MAX_REQUIREMENTS = 100;
const MAX_SHOWN = 200;
const OPERATORS = "in, notin, =, ==, !=, gt, lt";

/**
 * Parses a label selector as Kubernetes does, and with its errors (k8s.io/apimachinery/pkg/labels):
 *
 *     selector    = [requirement {"," requirement}]
 *     requirement = KEY | "!" KEY | KEY ("=" | "==" | "!=") [VALUE] | KEY ("in" | "notin") "(" values ")"
 *     values      = [VALUE] {"," [VALUE]}
 *
 * @throws StatusError BadRequest
 */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const tokens = createTokens(text);
  const requirements: LabelRequirement[] = [];
  if (tokens.peek() === "") return [];
  for (;;) {
    if (!isWord(tokens.peek()) && tokens.peek() !== "!") {
      throw found(tokens.peek(), "!, identifier, or 'end of string'");
    }
    requirements.push(parseRequirement(tokens));
    if (requirements.length > MAX_REQUIREMENTS) throw bad(`at most ${MAX_REQUIREMENTS} requirements`);
    const separator = tokens.next();
    if (separator === "") return requirements;
    if (separator !== ",") throw found(separator, "',' or 'end of string'");
    if (!isWord(tokens.peek()) && tokens.peek() !== "!") {
      throw found(tokens.peek(), "identifier after ','");
    }
  }
}

/** Words and operators of a selector, one after the other; an empty text at the end. */
interface Tokens {
  peek(): string;
  next(): string;
}

/** In time that grows as the text does: anybody may send a selector. */
function createTokens(text: string): Tokens {
  const tokens = text.match(/[^\s=!(),<>]+|==|!=|[=!(),<>]/g) ?? [];
  let at = 0;
  return {
    peek: () => tokens[at] ?? "",
    next: () => tokens[at++] ?? "",
  };
}

function isWord(token: string): boolean {
  return token !== "" && !/[=!(),<>]/.test(token);
}

function parseRequirement(tokens: Tokens): LabelRequirement {
  const isAbsent = tokens.peek() === "!";
  if (isAbsent) tokens.next();
  const key = tokens.next();
  if (!isWord(key)) throw unparsed(`found '${shown(key)}', expected: identifier`);
  const [fault] = qualifiedNameFaults(key);
  if (fault !== undefined) throw unparsed(`<nil>: Invalid value: ${JSON.stringify(shown(key))}: ${fault}`);
  if (isAbsent) return { key, operator: "DoesNotExist" };
  if (tokens.peek() === "" || tokens.peek() === ",") return { key, operator: "Exists" };
  return withOperator(key, tokens);
}

function withOperator(key: string, tokens: Tokens): LabelRequirement {
  const operator = tokens.next();
  switch (operator) {
    case "=":
    case "==":
      return checked({ key, operator: "In", values: [parseValue(tokens)] });
    case "!=":
      return checked({ key, operator: "NotIn", values: [parseValue(tokens)] });
    case "in":
      return checked({ key, operator: "In", values: parseValues(tokens) });
    case "notin":
      return checked({ key, operator: "NotIn", values: parseValues(tokens) });
    case "<":
    case ">":
      return compare(tokens);
    default:
      throw unparsed(`found '${shown(operator)}', expected: ${OPERATORS}`);
  }
}

/** No label of the hub's is a number. */
function compare(tokens: Tokens): never {
  const value = tokens.next();
  const why = /^[+-]?\d+$/.test(value)
    ? "'Gt' and 'Lt' are not supported"
    : "for 'Gt', 'Lt' operators, the value must be an integer";
  throw unparsed(`values[0]: Invalid value: ${JSON.stringify(shown(value))}: ${why}`);
}

/** Nothing is the empty value. */
function parseValue(tokens: Tokens): string {
  const token = tokens.peek();
  if (token === "" || token === ",") return "";
  if (!isWord(token)) throw unparsed(`found '${shown(token)}', expected: identifier`);
  return tokens.next();
}

function parseValues(tokens: Tokens): string[] {
  const opening = tokens.next();
  if (opening !== "(") throw unparsed(`found '${shown(opening)}' expected: '('`);
  const values: string[] = [];
  for (;;) {
    values.push(isWord(tokens.peek()) ? tokens.next() : "");
    const separator = tokens.next();
    if (separator === ")") return values;
    if (separator !== ",") throw unparsed(`found '${shown(separator)}', expected: ',' or ')'`);
  }
}

function checked(requirement: Extract<LabelRequirement, { values: string[] }>): LabelRequirement {
  for (const [index, value] of requirement.values.entries()) {
    const [fault] = labelValueFaults(value);
    if (fault === undefined) continue;
    throw unparsed(
      `values[${index}][${requirement.key}]: Invalid value: ${JSON.stringify(shown(value))}: ${fault}`,
    );
  }
  return requirement;
}

function shown(text: string): string {
  return text.slice(0, MAX_SHOWN);
}

function found(token: string, expected: string): StatusError {
  return bad(`found '${shown(token)}', expected: ${expected}`);
}

function unparsed(why: string): StatusError {
  return bad(`unable to parse requirement: ${why}`);
}

function bad(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
