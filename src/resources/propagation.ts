/** What becomes of what a resource owns, when it is deleted: Kubernetes' `DeletionPropagation`. */
export type Propagation = "Background" | "Foreground" | "Orphan";

/** Keeps a resource until what it owns no longer names it. */
export const ORPHAN = "orphan";
/** Keeps a resource until what it owns, and what says that it blocks, is gone. */
export const FOREGROUND = "foregroundDeletion";

const KEEPER: Record<Propagation, readonly string[]> = {
  Background: [],
  Foreground: [FOREGROUND],
  Orphan: [ORPHAN],
};

/** The finalizers that a deletion leaves; without a propagation, those that are there say it. */
export function finalizersOfDeletion(
  finalizers: readonly string[] = [],
  propagation?: Propagation,
): string[] {
  if (propagation === undefined) return [...finalizers];
  const others = finalizers.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  return [...others, ...KEEPER[propagation]];
}
