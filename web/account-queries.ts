import { queryOptions } from "@tanstack/react-query";
import { getIdentities, getStars, listTokens } from "./account-api.ts";

/** The names of the repositories that the user starred, the first starred first. */
export function starsQuery() {
  return queryOptions({
    queryKey: ["stars"],
    queryFn: async ({ signal }) => (await getStars(signal)).items,
  });
}

export function tokensQuery() {
  return queryOptions({
    queryKey: ["tokens"],
    queryFn: async ({ signal }) => (await listTokens(signal)).items,
  });
}

/** By what the user logs in. */
export function identitiesQuery() {
  return queryOptions({ queryKey: ["identities"], queryFn: ({ signal }) => getIdentities(signal) });
}
