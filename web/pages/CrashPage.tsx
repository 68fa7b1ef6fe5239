import type { ErrorComponentProps } from "@tanstack/react-router";
import { ErrorState } from "../ui/ErrorState.tsx";

/** The page itself failed, most often because a newer version of the hub no longer has this version's files. */
export function CrashPage({ error }: ErrorComponentProps) {
  const failure = error instanceof Error ? error : new Error(String(error));
  return <ErrorState error={failure} retry={() => window.location.reload()} />;
}
