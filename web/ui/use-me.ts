import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Me } from "../../src/api/contract/me.ts";
import { meQuery } from "../queries.ts";

/** Who is logged in; undefined until that is known, and where it cannot be. */
export function useMe(): Me | undefined {
  return useQuery(meQuery()).data;
}

/**
 * Asks everything anew when another user, or nobody, is logged in than before: here, in another tab, or because the
 * session is over. What one user could see is not shown to the next.
 */
export function useFreshForUser(): void {
  const queryClient = useQueryClient();
  const name = useMe()?.name;
  const shownTo = useRef(name);
  useEffect(() => {
    const before = shownTo.current;
    shownTo.current = name;
    if (before === undefined || before === name) return;
    void queryClient.resetQueries({ predicate: ({ queryKey }) => !KEPT.has(String(queryKey[0])) });
  }, [name, queryClient]);
}

/** Queries of which the answer is the same for everybody, or has just been given. */
const KEPT = new Set(["me", "hub", "invitation"]);
