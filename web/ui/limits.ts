import type { MAX_QUERY_LENGTH as ServerMaxQueryLength } from "../../src/api/contract/search.ts";

/** Longest search text: the type makes it the server's, without carrying the server's schemas into the page. */
export const MAX_QUERY_LENGTH: typeof ServerMaxQueryLength = 200;
