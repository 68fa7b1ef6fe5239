import { onlyOne, type Entry, type Ledger, type Place } from "./ledger.ts";
import type { Library } from "./library.ts";

/**
 * The entries that are there for sure, however much time has passed: reached by tags and young manifests, or young
 * themselves (docs/garbage-collection.md, "What is kept"). This looks down from what is kept; the hub looks up from
 * what might go.
 */
export function requiredOf(ledger: Ledger, library: Library): Set<Entry> {
  const required = new Set<Entry>();
  const entries = ledger.entries();
  const referrers = referrersOf(entries, library);

  /** An entry that is there unless it was collected. */
  function find(place: Place): Entry | undefined {
    const entry = ledger.get(place);
    return entry && onlyOne(entry) !== undefined ? entry : undefined;
  }

  function addManifest(repository: string, digest: string): void {
    const entry = find({ kind: "manifest", repository, name: digest });
    const image = library.images.get(digest);
    if (!entry || !image || required.has(entry)) return;
    required.add(entry);
    for (const name of image.blobs.keys()) {
      const link = find({ kind: "blob", repository, name });
      if (link) required.add(link);
    }
    const below = [
      ...image.children.map((child) => child.digest),
      ...(referrers.get(`${repository} ${digest}`) ?? []),
    ];
    for (const next of below) addManifest(repository, next);
  }

  for (const entry of entries) {
    const value = onlyOne(entry);
    if (value === undefined || entry.keptUntil <= ledger.now()) continue;
    if (entry.kind !== "manifest") required.add(entry);
    if (entry.kind !== "blob") addManifest(entry.repository, value);
  }
  return required;
}

/**
 * Notes what a collection may have taken by now. Asked for before and after whatever may make something reached: a
 * signature that was collected does not come back with its subject.
 */
export function doubtUnreached({ ledger, library }: { ledger: Ledger; library: Library }): void {
  const required = requiredOf(ledger, library);
  for (const entry of ledger.entries()) if (!required.has(entry)) ledger.doubt(entry);
}

/** By repository and subject: the manifests that may be there. */
export function referrersOf(entries: readonly Entry[], library: Library): Map<string, string[]> {
  const referrers = new Map<string, string[]>();
  for (const { kind, repository, name, possible } of entries) {
    const subject = kind === "manifest" ? library.images.get(name)?.subject : undefined;
    if (subject === undefined || !possible.has(name)) continue;
    const key = `${repository} ${subject}`;
    referrers.set(key, [...(referrers.get(key) ?? []), name]);
  }
  return referrers;
}
