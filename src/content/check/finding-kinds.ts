/** For what is lost here, and perhaps nowhere else. */
export const PUSH_AGAIN = "push the images again, from wherever they are";
const REPAIR = "check again with --repair";
/** For a blob that no manifest names. */
export const NOT_NEEDED =
  "nothing: no manifest names it, so nothing needs it, and garbage collection removes it";

/** What a check may find: what is wrong, and what is to be done when it is not, or cannot be, repaired. */
export const FINDING_KINDS = {
  "blob-missing": {
    problem: "storage does not have the bytes of this blob",
    remedy: PUSH_AGAIN,
  },
  "blob-damaged": {
    problem: "the bytes of this blob have another digest",
    remedy: PUSH_AGAIN,
  },
  "blob-unreadable": {
    problem: "storage fails to read the bytes of this blob",
    remedy: "look at the disk and at the permissions of the file; when it is lost, remove it and check again",
  },
  "blob-not-ready": {
    problem: "the blob is stored, but is not said to be",
    remedy: REPAIR,
  },
  "blob-size-wrong": {
    problem: "the blob has another size than is said of it",
    remedy: REPAIR,
  },
  "blob-row-missing": {
    problem: "repositories have this blob, but it is not in the list of blobs",
    remedy: REPAIR,
  },
  "link-missing": {
    problem: "a manifest needs this blob, but its repository does not have it",
    remedy: REPAIR,
  },
  "content-missing": {
    problem: "a manifest names this blob, but its repository never had it, or lost it",
    remedy: PUSH_AGAIN,
  },
  "manifest-missing": {
    problem: "the bytes of this manifest are gone",
    remedy: PUSH_AGAIN,
  },
  "manifest-damaged": {
    problem: "the bytes of this manifest have another digest",
    remedy: PUSH_AGAIN,
  },
  "manifest-row-missing": {
    problem: "a tag or a link is about this manifest, but its repository does not have it",
    remedy: PUSH_AGAIN,
  },
  "manifest-row-wrong": {
    problem: "what is noted of this manifest differs from what it says",
    remedy: REPAIR,
  },
  "references-wrong": {
    problem: "what is noted of the content that this manifest names differs from what it says",
    remedy: REPAIR,
  },
  "tag-wrong": {
    problem: "the tag is noted as an image though it is none, or the other way round",
    remedy: REPAIR,
  },
  "newest-tag-wrong": {
    problem: "another tag than the newest is noted as the newest",
    remedy: REPAIR,
  },
  "size-differs": {
    problem: "a manifest gives this another size than it has, and clients refuse to pull it",
    remedy: "where nothing else is found of it: build the image again, with the right sizes, and push it",
  },
  "repository-missing": {
    problem: "there is content of a repository whose name is gone",
    remedy: "restore the database from a backup, which has the name",
  },
  "blob-set-aside": {
    problem: "the damaged bytes of a blob are kept in storage, in imagehub/quarantine",
    remedy: "nothing: garbage collection removes them when they could no longer be undeleted",
  },
  "bytes-without-row": {
    problem: "storage has bytes that the database does not know",
    remedy:
      "nothing: garbage collection removes them when they are a day old; those older than the database stay, to be adopted by import",
  },
} as const satisfies Record<string, { problem: string; remedy: string }>;

export type FindingKind = keyof typeof FINDING_KINDS;

/** What a repair puts right, or makes ready to be pushed again; of others it depends on what storage has. */
export const REPAIRABLE: ReadonlySet<FindingKind> = new Set(
  Object.entries(FINDING_KINDS)
    .filter(([kind, { remedy }]) => kind === "blob-damaged" || remedy === REPAIR)
    .map(([kind]) => kind as FindingKind),
);

/** These are no damage. */
export const NOTES: ReadonlySet<FindingKind> = new Set([
  "size-differs",
  "blob-set-aside",
  "bytes-without-row",
]);
