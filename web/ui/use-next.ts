import { useRouterState } from "@tanstack/react-router";

/** The path of this page, to come back to it after logging in. */
export function useNext(): string {
  return useRouterState({ select: ({ location }) => location.pathname + location.searchStr });
}
