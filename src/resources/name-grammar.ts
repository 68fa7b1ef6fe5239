/** Kubernetes bounds metadata.name at a DNS subdomain's 253 characters. */
export const MAX_RESOURCE_NAME = 253;
/** 128 bits of SHA-256: nobody makes two names meet. */
export const HASH_LENGTH = 32;

/** As parts of patterns. */
export const DNS_LABEL_GRAMMAR = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
export const DNS_SUBDOMAIN_GRAMMAR = String.raw`${DNS_LABEL_GRAMMAR}(?:\.${DNS_LABEL_GRAMMAR})*`;

/** What tells a derived name from a plain one. */
export const ENDS_LIKE_A_HASH = new RegExp(`-[0-9a-f]{${HASH_LENGTH}}$`);

/** Of a user, and of an organization that somebody makes: they share one name space. */
export const ACCOUNT_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
export const ACCOUNT_NAME_EXPECTED =
  "expected 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit";

/** Kinds whose `metadata.name` follows from `spec.name`. */
export type NamedKind = "Image" | "Repository";

/** Why a Repository's name is no Image's. */
export function tagExpected(repository: string): string {
  return `expected a tag, as in ${repository}:latest`;
}

/** Why a `spec.name` is not another. */
export function whyItStays(kind: NamedKind, oldName: string): string {
  return `field is immutable, it is ${oldName}: delete this ${kind} and create another`;
}

/** What a `metadata.name` must be. */
export function derivedNameExpected(derived: string, specName: string): string {
  return `expected "${derived}", which follows from spec.name "${specName}"`;
}
