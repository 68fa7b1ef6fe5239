import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** In the place of a page that is for users: to the log-in page, and back here from there. */
export function LogInFirst() {
  const router = useRouter();
  // Read once: the address is the log-in page's before this page has gone.
  const [next] = useState(() => router.state.location.pathname + router.state.location.searchStr);
  useEffect(() => {
    void router.navigate({ to: "/login", search: { next }, replace: true });
  }, [router, next]);
  return null;
}
