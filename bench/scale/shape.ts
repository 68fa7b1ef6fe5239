/** How much a hub holds. */
export interface Shape {
  organizations: number;
  /** Spread over the organizations; one in ten is public. */
  repositories: number;
  /** Of each repository but the large one. */
  tagsEach: number;
  /** Of `LARGE_REPOSITORY`. */
  tagsOfLarge: number;
  /** Of each Image's docs, in characters; the tags of a repository have the same. Default: some words. */
  docsLength?: number;
}

/** What everything else is measured against. */
export const LITTLE: Shape = { organizations: 10, repositories: 1000, tagsEach: 5, tagsOfLarge: 1000 };
/** A tenth of `MUCH`, for a quick look at what grows. */
export const MANY: Shape = { organizations: 100, repositories: 10_000, tagsEach: 5, tagsOfLarge: 50_000 };
/** 100,000 repositories with 1,000,000 tags, half of them in one repository. */
export const MUCH: Shape = { organizations: 1000, repositories: 100_000, tagsEach: 5, tagsOfLarge: 500_000 };

/** 100,000 Images, each with docs of 10 KB. */
export const DOCUMENTED: Shape = {
  organizations: 100,
  repositories: 10_000,
  tagsEach: 10,
  tagsOfLarge: 10,
  docsLength: 10_000,
};

export const LARGE_REPOSITORY = "org-00000/large";

/** In whose repositories a member reads beside what is public. */
export const MEMBERS_ORGANIZATION = "org-00001";

/** Every repository's name, the large one first. */
export function* repositoryNames({ organizations, repositories }: Shape): Generator<string> {
  yield LARGE_REPOSITORY;
  for (let index = 1; index < repositories; index++)
    yield `${organizationName(index % organizations)}/app-${String(index).padStart(6, "0")}`;
}

export function organizationName(index: number): string {
  return `org-${String(index).padStart(5, "0")}`;
}

/** A tag of the large repository. */
export function tagName(index: number): string {
  return `v${String(index).padStart(6, "0")}`;
}
