import { parseDigest, type Digest } from "./digest.ts";
import { OciError } from "./errors.ts";

declare const repositoryBrand: unique symbol;
declare const tagBrand: unique symbol;

/** `organization/path…`, parsed: at least two components, 255 characters at most. */
export type RepositoryName = string & { readonly [repositoryBrand]: true };

/** A tag, parsed: 1 to 128 of `[A-Za-z0-9_.-]`, not beginning with `.` or `-`. */
export type Tag = string & { readonly [tagBrand]: true };

/** What a manifest is asked by. */
export type ManifestReference = { tag: Tag } | { digest: Digest };

/** The longest repository name that clients and file systems agree on. */
export const MAX_NAME_LENGTH = 255;

// Grammar of names and tags, as parts of patterns: OCI distribution specification, "Pulling manifests".
export const COMPONENT_GRAMMAR = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
export const TAG_GRAMMAR = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";

const NAME_COMPONENT = new RegExp(`^${COMPONENT_GRAMMAR}$`);
const TAG = new RegExp(`^${TAG_GRAMMAR}$`);

/**
 * Parses a repository name.
 * @throws OciError NAME_INVALID, saying which rule is broken
 */
export function parseRepositoryName(text: string): RepositoryName {
  if (text.length > MAX_NAME_LENGTH) {
    throw invalidName(text, `expected at most ${MAX_NAME_LENGTH} characters, got ${text.length}`);
  }
  const components = text.split("/");
  for (const component of components) {
    if (!NAME_COMPONENT.test(component)) throw invalidName(text, whyNotComponent(component));
  }
  if (components.length < 2) {
    throw invalidName(
      text,
      `a repository belongs to an organization: use org/name, for example library/${text}`,
    );
  }
  return text as RepositoryName;
}

export function isRepositoryName(text: string): text is RepositoryName {
  const components = text.split("/");
  return (
    text.length <= MAX_NAME_LENGTH &&
    components.length > 1 &&
    components.every((part) => NAME_COMPONENT.test(part))
  );
}

/** The first component of a repository's name. */
export function organizationOf(name: RepositoryName): string {
  return name.slice(0, name.indexOf("/"));
}

/** A repository's name without its organization. */
export function pathOf(name: RepositoryName): string {
  return name.slice(name.indexOf("/") + 1);
}

/**
 * Parses a tag.
 * @throws OciError TAG_INVALID, saying which rule is broken
 */
export function parseTag(text: string): Tag {
  if (isTag(text)) return text;
  throw new OciError("TAG_INVALID", `Cannot parse tag ${quote(text)}: ${whyNotTag(text)}`, {
    detail: { tag: text.slice(0, 200) },
  });
}

export function isTag(text: string): text is Tag {
  return TAG.test(text);
}

/**
 * Parses the last part of a manifest URL: a digest when it holds a colon, else a tag.
 * @throws OciError DIGEST_INVALID or TAG_INVALID
 */
export function parseManifestReference(text: string): ManifestReference {
  return text.includes(":") ? { digest: parseDigest(text) } : { tag: parseTag(text) };
}

/** `org/name:tag`, as an Image's `spec.name` has it. */
export interface ImageName {
  repository: RepositoryName;
  tag: Tag;
}

/**
 * Parses `org/name:tag`; without a tag it is `latest`.
 * @throws OciError NAME_INVALID or TAG_INVALID
 */
export function parseImageName(text: string): ImageName {
  const colon = text.indexOf(":");
  if (colon < 0) return { repository: parseRepositoryName(text), tag: parseTag("latest") };
  return { repository: parseRepositoryName(text.slice(0, colon)), tag: parseTag(text.slice(colon + 1)) };
}

export function formatImageName({ repository, tag }: ImageName): string {
  return `${repository}:${tag}`;
}

function whyNotComponent(component: string): string {
  if (component === "") return "a component is empty (a leading, trailing or double slash)";
  if (/[A-Z]/.test(component)) return `component ${quote(component)} has upper-case letters: use lower case`;
  const bad = /[^a-z0-9._-]/.exec(component);
  if (bad)
    return `component ${quote(component)} has ${quote(bad[0])}: only a-z, 0-9 and the separators . _ __ - are allowed`;
  return `component ${quote(component)} must begin and end with a letter or digit, with a single . or _, a double __, or dashes between`;
}

function whyNotTag(text: string): string {
  if (text === "") return "a tag is not empty";
  if (text.length > 128) return `expected at most 128 characters, got ${text.length}`;
  const bad = /[^a-zA-Z0-9._-]/.exec(text);
  if (bad) return `${quote(bad[0])} is not allowed: use letters, digits and . _ -`;
  return "a tag begins with a letter, a digit or _";
}

function invalidName(text: string, why: string): OciError {
  return new OciError("NAME_INVALID", `Cannot parse repository name ${quote(text)}: ${why}`, {
    detail: { name: text.slice(0, 300) },
  });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 300));
}
