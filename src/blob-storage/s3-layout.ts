import { algorithmOf, type Digest, hexOf, isDigest } from "../oci/digest.ts";
import { UploadNotFoundError } from "./errors.ts";
import { isUploadName } from "./layout.ts";

/** The keys of an S3 storage. */
export interface S3Layout {
  /** What the keys of all blobs begin with. */
  blobs: string;
  blob(digest: Digest): string;
  /** @returns undefined for a key that is no blob's */
  digestOf(key: string): Digest | undefined;
  /** What the keys of all uploads' pieces begin with. */
  uploads: string;
  /** What the keys of an upload's pieces begin with. @throws UploadNotFoundError for a name that no upload can have */
  upload(name: string): string;
  /** @returns undefined for a key that is of no upload's piece */
  uploadOf(key: string): string | undefined;
  /** The object that `check` writes and removes. */
  check: string;
  /** What the keys of copies of the database begin with. */
  snapshots: string;
  /** What the keys of bytes begin with that were taken for a blob and are none. */
  quarantine: string;
  /** What the keys begin with of all that uploads become; the bucket, and what is below PREFIX, may be others' too. */
  finished: readonly string[];
}

/**
 * The tree of the `distribution` project, as file storage has it, so that a bucket of that project's is adopted as it
 * is:
 *
 *     PREFIX
 *       docker/registry/v2/blobs/
 *         sha256/ab/abcd…/data           a blob, whole
 *         sha512/…                       alike
 *       uploads/
 *         <upload>/<start>-<random>      a piece of an upload, from the byte `start` on; see s3-pieces.ts
 *         .check-<random>                there while `check` runs
 *       imagehub/
 *         snapshots/<snapshot>           a copy of the database
 *         quarantine/<digest>-<time>     what lay in the place of a blob
 */
export function createS3Layout(prefix: string): S3Layout {
  const blobs = `${prefix}docker/registry/v2/blobs/`;
  const uploads = `${prefix}uploads/`;
  const snapshots = `${prefix}imagehub/snapshots/`;
  const quarantine = `${prefix}imagehub/quarantine/`;
  const blob = (digest: Digest) => {
    const hex = hexOf(digest);
    return `${blobs}${algorithmOf(digest)}/${hex.slice(0, 2)}/${hex}/data`;
  };
  return {
    blobs,
    blob,
    digestOf(key) {
      const [, algorithm, hex] = BLOB_KEY.exec(key.slice(blobs.length)) ?? [];
      const digest = `${algorithm}:${hex}`;
      return isDigest(digest) && blob(digest) === key ? digest : undefined;
    },
    uploads,
    upload(name) {
      if (!isUploadName(name)) {
        throw new UploadNotFoundError(name.slice(0, MAX_SHOWN));
      }
      return `${uploads}${name}/`;
    },
    uploadOf(key) {
      const [name = "", ...rest] = key.slice(uploads.length).split("/");
      return rest.length === 1 && isUploadName(name) ? name : undefined;
    },
    check: `${uploads}.check`,
    snapshots,
    quarantine,
    finished: [blobs, snapshots, quarantine],
  };
}

const BLOB_KEY = /^([a-z0-9]+)\/[0-9a-f]{2}\/([0-9a-f]+)\/data$/;

/** What an error message shows of a name that is none. */
const MAX_SHOWN = 128;
