import { Type, type Static } from "typebox";

/** One repository found. */
export const SearchItem = Type.Object({
  name: Type.String({ description: "organization/path" }),
  organization: Type.String(),
  repository: Type.String({ description: "The name without its organization." }),
  description: Type.String(),
  icon: Type.String(),
  keywords: Type.Array(Type.String()),
  type: Type.String(),
  latestTag: Type.String(),
  platforms: Type.Array(Type.String({ description: "linux/amd64" })),
  size: Type.Integer({ description: "Bytes to pull." }),
  pulls: Type.Integer(),
  stars: Type.Integer(),
  updatedAt: Type.String(),
  matchedOn: Type.Array(
    Type.Union([
      Type.Literal("name"),
      Type.Literal("keyword"),
      Type.Literal("organization"),
      Type.Literal("description"),
      Type.Literal("readme"),
    ]),
  ),
  highlights: Type.Record(Type.String(), Type.String(), {
    description: "Field → text around the match, the match between U+E000 and U+E001.",
  }),
});
export type SearchItem = Static<typeof SearchItem>;

export const FacetCount = Type.Object({ value: Type.String(), count: Type.Integer() });
export type FacetCount = Static<typeof FacetCount>;

export const SearchResult = Type.Object({
  items: Type.Array(SearchItem),
  total: Type.Integer(),
  totalIsEstimate: Type.Boolean(),
  facets: Type.Object({
    keyword: Type.Array(FacetCount),
    organization: Type.Array(FacetCount),
    type: Type.Array(FacetCount),
    platform: Type.Array(FacetCount),
  }),
  continue: Type.Optional(Type.String()),
});
export type SearchResult = Static<typeof SearchResult>;

export const SearchSort = Type.Union([
  Type.Literal("relevance"),
  Type.Literal("newest"),
  Type.Literal("pulls"),
  Type.Literal("stars"),
  Type.Literal("name"),
]);
export type SearchSort = Static<typeof SearchSort>;
