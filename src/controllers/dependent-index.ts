import type { Kind, Resource } from "../resources/kinds.ts";
import { FOREGROUND, ORPHAN } from "../resources/propagation.ts";

/** Which resources name others as their owners. Of those that name none, nothing is kept. */
export interface DependentIndex {
  /** A resource as it is. @returns keys of those to look at */
  set(resource: Resource<Kind>): string[];
  /** A resource that is gone. @returns keys of those to look at */
  remove(resource: Resource<Kind>): string[];
  /** Keys of what names an owner of this uid. */
  of(uid: string): string[];
  /** All of a kind is about to be told. */
  restart(kind: Kind): void;
  finish(kind: Kind): void;
  /** Whether it knows all there is. */
  readonly isComplete: boolean;
}

/** What a resource is looked at by: `Kind name`. */
export function dependentKey(kind: string, name: string): string {
  return `${kind} ${name}`;
}

interface Owner {
  key: string;
  uid: string;
}

export function createDependentIndex(kinds: readonly Kind[]): DependentIndex {
  const owners = new Map<string, Owner[]>();
  const dependents = new Map<string, Set<string>>();
  const incomplete = new Set<Kind>(kinds);

  /** @returns the owners that it had */
  function forget(key: string): Owner[] {
    const before = owners.get(key) ?? [];
    owners.delete(key);
    for (const { uid } of before) {
      const others = dependents.get(uid);
      others?.delete(key);
      if (others?.size === 0) dependents.delete(uid);
    }
    return before;
  }

  function remember(key: string, named: Owner[]): void {
    if (named.length === 0) return;
    owners.set(key, named);
    for (const { uid } of named) {
      const others = dependents.get(uid) ?? new Set();
      dependents.set(uid, others.add(key));
    }
  }

  return {
    set(resource) {
      const key = dependentKey(resource.kind, resource.metadata.name);
      const named = ownersOf(resource);
      if (named.length === 0 && !owners.has(key)) return awaitsDependents(resource) ? [key] : [];
      const before = forget(key);
      remember(key, named);
      return [key, ...before.map((owner) => owner.key)];
    },
    remove({ kind, metadata }) {
      const before = forget(dependentKey(kind, metadata.name));
      return [...(dependents.get(metadata.uid ?? "") ?? []), ...before.map((owner) => owner.key)];
    },
    of: (uid) => [...(dependents.get(uid) ?? [])],
    restart(kind) {
      incomplete.add(kind);
      for (const key of owners.keys()) if (key.startsWith(`${kind} `)) forget(key);
    },
    finish(kind) {
      incomplete.delete(kind);
    },
    get isComplete() {
      return incomplete.size === 0;
    },
  };
}

function ownersOf({ metadata }: Resource<Kind>): Owner[] {
  const references = metadata.ownerReferences ?? [];
  return references.map(({ kind, name, uid }) => ({ key: dependentKey(kind, name), uid }));
}

function awaitsDependents({ metadata: { deletionTimestamp, finalizers = [] } }: Resource<Kind>): boolean {
  return deletionTimestamp !== undefined && (finalizers.includes(ORPHAN) || finalizers.includes(FOREGROUND));
}
