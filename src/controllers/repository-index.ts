import { organizationOf, type RepositoryName } from "../oci/reference.ts";
import type { Repository } from "../resources/kinds.ts";

/** Which Repositories each organization has: kept from the watch, some hundred bytes a Repository. */
export interface RepositoryIndex {
  /** False until every Repository has been seen once. */
  readonly isComplete: boolean;
  /** @returns the organization, if it has a Repository more than before */
  add(repository: Repository): string | undefined;
  /** @returns the organization, if it has a Repository less than before */
  remove(repository: Repository): string | undefined;
  /**
   * Compares what an organization's status counts: a Repository that went while nobody watched is never told.
   * @returns the organization, if it counts otherwise; before the index is complete, `finish` names it in place of that
   */
  compare(organization: string, counted: number): string | undefined;
  /** The list starts anew; until `finish`, what an earlier list told to its end stays known. */
  restart(): void;
  /** What was not added since `restart` is gone. @returns organizations to look at: all of them, before and after */
  finish(): Set<string>;
  count(organization: string): number;
  /** Names of Repositories, the newest first. */
  newest(organization: string, limit: number): string[];
}

/** Organization → Repository's name → when it was made. */
type Repositories = Map<string, Map<string, string>>;

export function createRepositoryIndex(): RepositoryIndex {
  let known: Repositories = new Map();
  let relisted: Repositories | undefined;
  let isComplete = false;
  /** Organizations whose status counts some, seen before the first list had been told. */
  const counting = new Set<string>();

  return {
    get isComplete() {
      return isComplete;
    },
    add(repository) {
      const isNew = insert(known, repository);
      if (relisted) insert(relisted, repository);
      return isNew ? organizationOfRepository(repository) : undefined;
    },
    remove(repository) {
      const wasThere = erase(known, repository);
      if (relisted) erase(relisted, repository);
      return wasThere ? organizationOfRepository(repository) : undefined;
    },
    compare(organization, counted) {
      if (isComplete) return counted === count(organization) ? undefined : organization;
      if (counted > 0) counting.add(organization);
      return undefined;
    },
    restart() {
      relisted = new Map();
      // Of the first list nothing is known yet but what it tells, which need not be held twice.
      if (!isComplete) known = relisted;
    },
    finish() {
      const before = known;
      known = relisted ?? known;
      relisted = undefined;
      isComplete = true;
      const named = new Set([...before.keys(), ...known.keys(), ...counting]);
      counting.clear();
      return named;
    },
    count,
    newest(organization, limit) {
      return [...(known.get(organization) ?? [])]
        .toSorted(newestFirst)
        .slice(0, limit)
        .map(([name]) => name);
    },
  };

  function count(organization: string): number {
    return known.get(organization)?.size ?? 0;
  }
}

function insert(repositories: Repositories, repository: Repository): boolean {
  const organization = organizationOfRepository(repository);
  const names = repositories.get(organization) ?? new Map<string, string>();
  const isNew = !names.has(repository.spec.name);
  repositories.set(
    organization,
    names.set(repository.spec.name, repository.metadata.creationTimestamp ?? ""),
  );
  return isNew;
}

function erase(repositories: Repositories, repository: Repository): boolean {
  const organization = organizationOfRepository(repository);
  const names = repositories.get(organization);
  const wasThere = names?.delete(repository.spec.name) ?? false;
  if (names?.size === 0) repositories.delete(organization);
  return wasThere;
}

function newestFirst(
  [leftName, leftMade]: [string, string],
  [rightName, rightMade]: [string, string],
): number {
  if (leftMade !== rightMade) return leftMade > rightMade ? -1 : 1;
  return leftName < rightName ? -1 : 1;
}

function organizationOfRepository({ spec }: Repository): string {
  return organizationOf(spec.name as RepositoryName);
}
