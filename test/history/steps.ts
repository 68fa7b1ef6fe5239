import * as fc from "fast-check";
import type { Kind } from "../../src/resources/kinds.ts";
import { nameOfSpecName } from "../../src/resources/names.ts";

/** What somebody does to a hub, or what becomes of it. */
export type Step =
  | { act: "push"; name: ImageName; image: number }
  | { act: "untag"; name: ImageName }
  | { act: "delete manifest"; repository: string; image: number }
  | { act: "undelete"; repository: string }
  | { act: "apply"; kind: Kind; name: string; spec: object }
  | { act: "label"; kind: Kind; name: string; label: string }
  | { act: "delete"; kind: Kind; name: string }
  | { act: "create pack"; names: string[]; type: string; owner: boolean }
  | { act: "restart" }
  | { act: "kill"; afterCalls: number }
  | { act: "settle" };

export interface ImageName {
  repository: string;
  tag: string;
}

/** A step, and whether the next waits for its answer. */
export interface Move {
  step: Step;
  waits: boolean;
}

/** Images that differ, each with a number; see `images.ts`. */
export const IMAGES = 5;
export const USERS = ["alice", "bob"] as const;
const ORGANIZATIONS = ["one", "two"] as const;
/** Few, so that what happens to one meets what happened to it before. */
const REPOSITORIES = ["one/app", "two/tools/cli"] as const;
const TAGS = ["v1", "v2", "latest"] as const;
const OWNER = { kind: "User", name: "admin", role: "owner" };

const repository = fc.constantFrom(...REPOSITORIES);
const imageName = fc.record({ repository, tag: fc.constantFrom(...TAGS) });
const image = fc.nat({ max: IMAGES - 1 });
const words = fc.constantFrom("first", "second");
const keywords = fc.subarray(["database", "Web UI"]);

const imageSpec = fc.record(
  { type: words, detail: fc.record({ description: words, docs: words, keywords }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);
const repositorySpec = fc.record(
  {
    visibility: fc.constantFrom("public", "private"),
    description: words,
    keywords,
    immutableTags: fc.constantFrom([], ["v2"]),
  },
  { requiredKeys: [] },
);
const organizationSpec = fc.record(
  {
    displayName: words,
    icon: fc.constant("https://example.org/icon.png"),
    defaultVisibility: fc.constantFrom("public", "private"),
  },
  { requiredKeys: [] },
);

const aboutImage = imageName.map(({ repository: name, tag }) => about("Image", `${name}:${tag}`));
const aboutRepository = repository.map((name) => about("Repository", name));
const aboutOrganization = fc
  .constantFrom(...ORGANIZATIONS)
  .map((name) => ({ kind: "Organization" as const, name, spec: { members: [OWNER] } }));
const aboutUser = fc.constantFrom(...USERS).map((name) => ({ kind: "User" as const, name, spec: {} }));

const apply = fc.oneof(
  { arbitrary: applied(aboutImage, imageSpec), weight: 4 },
  { arbitrary: applied(aboutRepository, repositorySpec), weight: 3 },
  { arbitrary: applied(aboutOrganization, organizationSpec), weight: 1 },
  { arbitrary: applied(aboutUser, fc.record({ starred: fc.subarray([...REPOSITORIES]) })), weight: 1 },
);
const label = fc
  .record({ of: fc.oneof(aboutImage, aboutRepository), text: words })
  .map(({ of: { kind, name }, text }) => ({ act: "label" as const, kind, name, label: text }));
const deletion = fc
  .oneof(aboutImage, aboutImage, aboutRepository, aboutOrganization)
  .map(({ kind, name }) => ({ act: "delete" as const, kind, name }));
const pack = fc.record({
  act: fc.constant("create pack" as const),
  names: fc.subarray(["one/app", "one/app:v1", "two/tools/cli:v2", "two/tools/cli:latest"], { minLength: 1 }),
  type: fc.constantFrom("base", "grid", "detail"),
  owner: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ act: fc.constant("push" as const), name: imageName, image }), weight: 8 },
  { arbitrary: fc.record({ act: fc.constant("untag" as const), name: imageName }), weight: 3 },
  { arbitrary: fc.record({ act: fc.constant("delete manifest" as const), repository, image }), weight: 1 },
  { arbitrary: fc.record({ act: fc.constant("undelete" as const), repository }), weight: 1 },
  { arbitrary: apply, weight: 8 },
  { arbitrary: label, weight: 1 },
  { arbitrary: deletion, weight: 4 },
  { arbitrary: pack, weight: 2 },
  { arbitrary: fc.constant({ act: "restart" as const }), weight: 1 },
  {
    arbitrary: fc.record({ act: fc.constant("kill" as const), afterCalls: fc.nat({ max: 100 }) }),
    weight: 2,
  },
  { arbitrary: fc.constant({ act: "settle" as const }), weight: 1 },
);

/** Up to thirty moves: so many that a history has most kinds of them, so few that it takes a second or two. */
export const histories: fc.Arbitrary<Move[]> = fc.array(fc.record({ step, waits: fc.boolean() }), {
  minLength: 1,
  maxLength: 30,
  size: "max",
});

function applied<About extends { kind: Kind; name: string; spec: object }>(
  of: fc.Arbitrary<About>,
  spec: fc.Arbitrary<object>,
): fc.Arbitrary<Step> {
  return fc
    .tuple(of, spec)
    .map(([named, more]) => ({ act: "apply" as const, ...named, spec: { ...named.spec, ...more } }));
}

function about<K extends "Image" | "Repository">(kind: K, specName: string) {
  return { kind, name: nameOfSpecName(kind, specName) ?? "", spec: { name: specName } };
}
