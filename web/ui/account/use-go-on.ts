import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useMe } from "../use-me.ts";

/** Whoever is logged in leaves the page for `next`, a path of this hub; it is not left behind in the history. */
export function useGoOn(next: string): void {
  const { history } = useRouter();
  const name = useMe()?.name ?? "";
  useEffect(() => {
    if (name !== "") history.replace(next);
  }, [history, name, next]);
}
