import { createHash } from "node:crypto";
import { OciError } from "../oci/errors.ts";
import {
  isRepositoryName,
  isTag,
  organizationOf,
  parseImageName,
  parseRepositoryName,
  pathOf,
  type ImageName,
  type RepositoryName,
} from "../oci/reference.ts";
import type { Kind } from "./kinds.ts";
import {
  DNS_LABEL_GRAMMAR,
  DNS_SUBDOMAIN_GRAMMAR,
  ENDS_LIKE_A_HASH,
  HASH_LENGTH,
  MAX_RESOURCE_NAME,
  tagExpected,
} from "./name-grammar.ts";

const PLAIN_PART = new RegExp(`^${DNS_LABEL_GRAMMAR}$`);
const DNS_SUBDOMAIN = new RegExp(`^${DNS_SUBDOMAIN_GRAMMAR}$`);

/** `metadata.name` of a Repository. */
export function repositoryResourceName(name: RepositoryName): string {
  return resourceName(name, [organizationOf(name), pathOf(name)]);
}

/** `metadata.name` of an Image. */
export function imageResourceName({ repository, tag }: ImageName): string {
  const parts = [organizationOf(repository), pathOf(repository)];
  return resourceName(`${repository}:${tag}`, parts, tag);
}

/** `metadata.name` of the resource with this `spec.name`; undefined for a kind without one, or a text that is none. */
export function nameOfSpecName(kind: Kind, specName: string): string | undefined {
  if (kind === "Repository") return isRepositoryName(specName) ? repositoryResourceName(specName) : undefined;
  if (kind !== "Image") return undefined;
  const colon = specName.indexOf(":");
  const isImageName = isRepositoryName(specName.slice(0, colon)) && isTag(specName.slice(colon + 1));
  return colon > 0 && isImageName ? imageResourceName(parseImageName(specName)) : undefined;
}

/** The `spec.name` that a plain `metadata.name` is of; undefined for a name with a hash, and for one that none has. */
export function specNameOf(kind: Kind, name: string): string | undefined {
  const [organization, path, ...tag] = name.split(".");
  const specName = `${organization}/${path}${kind === "Image" ? `:${tag.join(".")}` : ""}`;
  return nameOfSpecName(kind, specName) === name ? specName : undefined;
}

/**
 * The name rule of the design: `spec.name` is the truth, `metadata.name` derived from it, so that no two
 * `spec.name`s share one. Plain when the organization and repository are DNS labels and the tag is a DNS subdomain:
 * the parts joined by dots. Otherwise readable, and told apart by a hash.
 */
function resourceName(specName: string, parts: string[], tag?: string): string {
  const plain = (tag === undefined ? parts : [...parts, tag]).join(".");
  const isPlain =
    parts.every((part) => PLAIN_PART.test(part)) &&
    (tag === undefined || DNS_SUBDOMAIN.test(tag)) &&
    plain.length <= MAX_RESOURCE_NAME &&
    !ENDS_LIKE_A_HASH.test(plain);
  return isPlain ? plain : withHash(specName, tag === undefined ? parts : [...parts, tag], MAX_RESOURCE_NAME);
}

/** `parts`, made legal and joined by dots, cut to fit, and the hash of the original. */
function withHash(original: string, parts: string[], maxLength: number): string {
  const hash = createHash("sha256").update(original).digest("hex").slice(0, HASH_LENGTH);
  const readable = parts
    .map((part) =>
      part
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-+|-+$/g, ""),
    )
    .filter((part) => part !== "")
    .join(".")
    .slice(0, maxLength - HASH_LENGTH - 1)
    .replaceAll(/[.-]+$/g, "");
  return readable === "" ? hash : `${readable}-${hash}`;
}

const MAX_LABEL_VALUE = 63;
const LABEL_VALUE = /^[a-zA-Z0-9](?:[-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;

/** A label value for any text: itself when it is legal, else legal, short and told apart by a hash. */
export function labelValue(text: string): string {
  return LABEL_VALUE.test(text) && !ENDS_LIKE_A_HASH.test(text)
    ? text
    : withHash(text, [text], MAX_LABEL_VALUE);
}

/** The organization that `spec.name` begins with; undefined when it has none. */
export function organizationOfSpecName(text: string): string | undefined {
  const slash = text.indexOf("/");
  return slash > 0 ? text.slice(0, slash) : undefined;
}

/** Which rule a `spec.name` breaks; undefined when it is legal. */
export function whyNoSpecName(kind: "Image" | "Repository", text: string): string | undefined {
  try {
    if (kind === "Repository") parseRepositoryName(text);
    else if (parseImageName(text) && !text.includes(":")) return tagExpected(text.slice(0, 300));
    return undefined;
  } catch (error) {
    if (error instanceof OciError) return error.message.replace(/^Cannot parse .*?": /s, "");
    throw error;
  }
}
