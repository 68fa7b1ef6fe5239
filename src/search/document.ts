import type { PlatformStatus } from "../resources/image.ts";
import type { Repository } from "../resources/kinds.ts";
import type { Visibility } from "../resources/organization.ts";
import { normalizeText } from "./words.ts";

/** What the index knows of a repository. */
export interface RepositoryDocument {
  /** `organization/path…` */
  name: string;
  /** resourceVersion of the Repository. */
  version: string;
  /** resourceVersion of the Image whose README this is; empty without one. */
  imageVersion: string;
  /** What the repository itself says; undefined leaves it to its organization. */
  ownVisibility: Visibility | undefined;
  isPrivate: boolean;
  description: string;
  icon: string;
  keywords: string[];
  type: string;
  latestTag: string;
  /** `linux/arm64/v8` */
  platforms: string[];
  size: number;
  pulls: number;
  stars: number;
  updatedAt: string;
  /** Plain text. */
  readme: string;
}

/** What the Repository itself tells; visibility and README come from elsewhere. */
export type RepositoryFacts = Omit<RepositoryDocument, "isPrivate" | "imageVersion" | "readme">;

/** The complete words of status, or the users' own until the hub has completed them. */
export function factsOf({ metadata, spec, status = {} }: Repository): RepositoryFacts {
  const detail = status.detail ?? {};
  return {
    name: spec.name,
    version: metadata.resourceVersion ?? "",
    ownVisibility: spec.visibility,
    description: detail.description ?? spec.description ?? "",
    icon: detail.icon ?? spec.icon ?? "",
    keywords: [...new Set((detail.keywords ?? spec.keywords ?? []).map(normalizeText))],
    type: status.type ?? "",
    latestTag: status.latestTag ?? "",
    platforms: [...new Set((status.platforms ?? []).map(formatPlatform))],
    size: status.size ?? 0,
    pulls: status.pulls ?? 0,
    stars: status.stars ?? 0,
    updatedAt: status.updatedAt ?? metadata.creationTimestamp ?? "",
  };
}

/** Whether a name has the two parts that every repository's name has. */
export function isRepositoryName(name: string): boolean {
  return name.indexOf("/") > 0;
}

export function organizationOf(name: string): string {
  return name.slice(0, name.indexOf("/"));
}

export function pathOf(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

/** `linux/arm64` of `linux/arm64/v8`: what people choose by. */
export function withoutVariant(platform: string): string {
  return platform.split("/", 2).join("/");
}

function formatPlatform({ os, architecture, variant }: PlatformStatus): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}
