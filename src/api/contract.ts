import { Type, type Static } from "typebox";
import { SearchResult, SearchSort } from "../search/result.ts";

export { SearchItem, SearchResult, SearchSort, FacetCount } from "../search/result.ts";

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

/** `GET /api/v1/me` */
export const Me = Type.Object({
  name: Type.String({ description: "Empty for anonymous." }),
  administrator: Type.Boolean(),
  organizations: Type.Array(Type.Object({ name: Type.String(), role: Type.String() })),
});
export type Me = Static<typeof Me>;

/** `GET /api/v1/hub`: what a page must know of the hub to write commands that work. */
export const HubInfo = Type.Object({
  version: Type.String(),
  registration: Type.Union([Type.Literal("open"), Type.Literal("closed")]),
});
export type HubInfo = Static<typeof HubInfo>;

/** `GET /api/v1/images/{org/repo}/-/{reference}/readme` */
export const Readme = Type.Object({
  docs: Type.String({ description: "The whole README, in Markdown." }),
});
export type Readme = Static<typeof Readme>;

/** Body of `POST /api/v1/users` */
export const NewUser = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63 }),
    password: Type.String({ maxLength: 1024 }),
    displayName: Type.Optional(Type.String({ maxLength: 255 })),
  },
  { additionalProperties: false },
);
export type NewUser = Static<typeof NewUser>;

export const RegisteredUser = Type.Object({ name: Type.String() });

/** RFC 9457 problem details: the body of every error of `/api/v1`. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  requestId: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;
