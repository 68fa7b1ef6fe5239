import { Type, type Static } from "typebox";
import { SearchResult, SearchSort } from "../../search/result.ts";

export { SearchItem, SearchResult, SearchSort, FacetCount } from "../../search/result.ts";

/** Longest search text taken; more than anybody types. */
export const MAX_QUERY_LENGTH = 200;
/** Results on one page of a search, when the caller does not say. */
export const DEFAULT_SEARCH_LIMIT = 24;
export const MAX_SEARCH_LIMIT = 100;

/** `GET /api/v1/search` */
export const SearchQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: MAX_QUERY_LENGTH })),
    keyword: Type.Optional(Type.String({ maxLength: 63 })),
    organization: Type.Optional(Type.String({ maxLength: 255 })),
    type: Type.Optional(Type.String({ maxLength: 63 })),
    platform: Type.Optional(Type.String({ maxLength: 100 })),
    sort: Type.Optional(SearchSort),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SEARCH_LIMIT })),
    continue: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { additionalProperties: false },
);
export type SearchQuery = Static<typeof SearchQuery>;
export const SearchResponse = SearchResult;

/** `GET /api/v1/suggest` */
export const SuggestQuery = Type.Object(
  { q: Type.Optional(Type.String({ maxLength: MAX_QUERY_LENGTH })) },
  { additionalProperties: false },
);
export type SuggestQuery = Static<typeof SuggestQuery>;
export const SuggestResponse = Type.Object({ names: Type.Array(Type.String(), { maxItems: 8 }) });
