import { COMPONENT_GRAMMAR, MAX_NAME_LENGTH, TAG_GRAMMAR } from "../oci/reference.ts";
import { celText, matches, rule, valueOf, type Rule } from "./cel.ts";
import {
  ACCOUNT_NAME,
  ACCOUNT_NAME_EXPECTED,
  derivedNameExpected,
  DNS_LABEL_GRAMMAR,
  DNS_SUBDOMAIN_GRAMMAR,
  ENDS_LIKE_A_HASH,
  HASH_LENGTH,
  MAX_RESOURCE_NAME,
  tagExpected,
  whyItStays,
  type NamedKind,
} from "./name-grammar.ts";

const REPOSITORY_GRAMMAR = `${COMPONENT_GRAMMAR}(?:/${COMPONENT_GRAMMAR})+`;
const REPOSITORY = new RegExp(`^${REPOSITORY_GRAMMAR}$`);
const IMAGE = new RegExp(`^${REPOSITORY_GRAMMAR}:${TAG_GRAMMAR}$`);
const REFERENCE = new RegExp(`^${REPOSITORY_GRAMMAR}(?::${TAG_GRAMMAR})?$`);
const PARTS = "parts of a-z and 0-9, with a single . or _, a double __, or dashes between";

/** Of a text that is a Repository's `spec.name`. */
export const REPOSITORY_NAME_RULE = rule(
  matches(REPOSITORY),
  `expected organization/path, such as labring/mysql: ${PARTS}`,
);

/** Of a text that is an Image's `spec.name`, or names a Repository, whose latest Image is meant. */
export const IMAGE_REFERENCE_RULE = rule(
  `self.split(':')[0].size() <= ${MAX_NAME_LENGTH} && ${matches(REFERENCE)}`,
  `expected organization/path or organization/path:tag, such as labring/mysql:v8.0.25: ${PARTS}`,
);

const HAS_TAG_RULE: Rule = {
  rule: `self.contains(':') || !${matches(REPOSITORY)}`,
  messageExpression: celText(tagExpected(valueOf("self"))),
  reason: "FieldValueInvalid",
};

/** Of `spec.name`. */
export const SPEC_NAME_RULES: Record<NamedKind, Rule[]> = {
  Repository: [REPOSITORY_NAME_RULE, stays("Repository")],
  Image: [IMAGE_REFERENCE_RULE, HAS_TAG_RULE, stays("Image")],
};

const LEGAL: Record<NamedKind, RegExp> = { Repository: REPOSITORY, Image: IMAGE };
const PLAIN: Record<NamedKind, RegExp> = {
  Repository: new RegExp(`^${DNS_LABEL_GRAMMAR}/${DNS_LABEL_GRAMMAR}$`),
  Image: new RegExp(`^${DNS_LABEL_GRAMMAR}/${DNS_LABEL_GRAMMAR}:${DNS_SUBDOMAIN_GRAMMAR}$`),
};

/** Of the whole resource: that `metadata.name` follows, when it is made; both names stay. CEL has no SHA-256. */
export function derivedNameRules(kind: NamedKind): Rule[] {
  const name = "self.spec.name";
  const derived = `${name}.replace('/', '.').replace(':', '.')`;
  const isLegal = `${matches(LEGAL[kind], name)} && ${name}.split(':')[0].size() <= ${MAX_NAME_LENGTH}`;
  const isPlain = `${matches(PLAIN[kind], name)} && size(${name}) <= ${MAX_RESOURCE_NAME} && !${matches(ENDS_LIKE_A_HASH, name)}`;
  return [
    ofNewName(
      `!(${isLegal} && ${isPlain}) || self.metadata.name == ${derived}`,
      derivedNameExpected(valueOf(derived), valueOf(name)),
    ),
    ofNewName(
      `!(${isLegal}) || ${isPlain} || ${matches(ENDS_LIKE_A_HASH, "self.metadata.name")}`,
      `expected the parts of spec.name "${valueOf(name)}", made legal and joined by dots, then - and the first ${HASH_LENGTH} hex digits of its SHA-256`,
    ),
  ];
}

/** Of the whole resource: that `metadata.name` may be an account's. */
export const ACCOUNT_NAME_RULE = ofNewName(
  matches(ACCOUNT_NAME, "self.metadata.name"),
  ACCOUNT_NAME_EXPECTED,
);

/** Kubernetes shows the value of a text alone, and the rule is of the whole. */
function ofNewName(holds: string, expected: string): Rule {
  return {
    rule: `oldSelf.hasValue() || ${holds}`,
    messageExpression: celText(`"${valueOf("self.metadata.name")}": ${expected}`),
    reason: "FieldValueInvalid",
    fieldPath: ".metadata.name",
    optionalOldSelf: true,
  };
}

function stays(kind: NamedKind): Rule {
  return {
    rule: "self == oldSelf",
    messageExpression: celText(whyItStays(kind, valueOf("oldSelf"))),
    reason: "FieldValueInvalid",
  };
}
