import type { Kind, Resource } from "./kinds.ts";

/** `org/repo` of a Repository, and of an Image: whose readers may see it. Of one that may have any shape yet. */
export function repositoryOf({ kind, spec }: Pick<Resource<Kind>, "kind" | "spec">): string | undefined {
  const name = (spec as { name?: unknown } | undefined)?.name;
  if (typeof name !== "string") return undefined;
  if (kind === "Repository") return name;
  return kind === "Image" ? name.split(":", 1)[0] : undefined;
}
