import { createHash } from "node:crypto";
import {
  organizationOf,
  parseImageName,
  parseRepositoryName,
  pathOf,
  type ImageName,
  type RepositoryName,
} from "../oci/reference.ts";
import { GROUP } from "./metadata.ts";
import { labelValue, whyNoSpecName } from "./names.ts";

export const ORGANIZATION_LABEL = `${GROUP}/organization`;
export const REPOSITORY_LABEL = `${GROUP}/repository`;
export const TAG_LABEL = `${GROUP}/tag`;
export const KEYWORD_LABEL_PREFIX = `keyword.${GROUP}/`;

/** Who made a DataPack: whoever may delete it, and whose number is limited. */
export const CREATED_BY_LABEL = `${GROUP}/created-by`;

const LABEL_NAME = /^[a-z0-9](?:[-_.a-z0-9]{0,61}[a-z0-9])?$/;

/** Labels of a Repository: where it belongs, and its keywords. */
export function repositoryLabels(name: RepositoryName, keywords: readonly string[]): Record<string, string> {
  return {
    [ORGANIZATION_LABEL]: labelValue(organizationOf(name)),
    [REPOSITORY_LABEL]: labelValue(pathOf(name)),
    ...keywordLabels(keywords),
  };
}

/** Labels of an Image. */
export function imageLabels(
  { repository, tag }: ImageName,
  keywords: readonly string[],
): Record<string, string> {
  return { ...repositoryLabels(repository, keywords), [TAG_LABEL]: labelValue(tag) };
}

/** Labels of the Image or Repository with this `spec.name`; undefined when it is no legal name. */
export function labelsOfSpecName(
  kind: "Image" | "Repository",
  specName: string,
  keywords: readonly string[],
): Record<string, string> | undefined {
  if (whyNoSpecName(kind, specName) !== undefined) return undefined;
  return kind === "Image"
    ? imageLabels(parseImageName(specName), keywords)
    : repositoryLabels(parseRepositoryName(specName), keywords);
}

/** The label key of a keyword; one that is no legal label name goes by a hash. */
export function keywordLabel(keyword: string): string {
  const lower = keyword.toLowerCase();
  if (LABEL_NAME.test(lower)) return KEYWORD_LABEL_PREFIX + lower;
  return `${KEYWORD_LABEL_PREFIX}x-${createHash("sha256").update(lower).digest("hex").slice(0, 10)}`;
}

function keywordLabels(keywords: readonly string[]): Record<string, string> {
  return Object.fromEntries(keywords.map((keyword) => [keywordLabel(keyword), ""]));
}

/** Labels that the hub derives; others are the users' and stay. */
export function isDerivedLabel(key: string): boolean {
  return key.startsWith(`${GROUP}/`) || key.startsWith(KEYWORD_LABEL_PREFIX);
}
