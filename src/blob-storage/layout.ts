import { join } from "node:path";
import { algorithmOf, type Digest, type DigestAlgorithm, hexOf } from "../oci/digest.ts";
import { UploadNotFoundError } from "./errors.ts";

/** Where things lie below the root of a file storage. */
export interface Layout {
  /** The folder of all uploads. */
  uploads: string;
  /** The file that `check` writes and removes; its name is no upload's. */
  checkFile: string;
  blobFolders(algorithm: DigestAlgorithm): string;
  /** A blob's own folder, in the folder of those that begin alike. */
  blobFolder(digest: Digest): string;
  blobFile(digest: Digest): string;
  /** @throws UploadNotFoundError for a name that no upload can have */
  uploadFile(upload: string): string;
  /** The folder of all snapshots of the database. */
  snapshots: string;
  /** The folder of bytes that were taken for a blob and are none. */
  quarantine: string;
}

/**
 * The tree of the `distribution` project, so that what it stored is adopted as it lies:
 *
 *     ROOT/
 *       docker/registry/v2/blobs/
 *         sha256/
 *           ab/
 *             abcd…/
 *               data         a blob, whole
 *         sha512/            alike
 *       uploads/
 *         <upload>           bytes so far; renamed to `data` when they are a blob
 *         .check             there while `check` runs
 *       imagehub/
 *         snapshots/
 *           <snapshot>       a copy of the database; renamed from `uploads` when it is whole
 *         quarantine/
 *           <digest>-<time>  what lay in the place of a blob, alike
 *
 * All of it is on one file system, or no upload could be renamed.
 */
export function createLayout(root: string): Layout {
  const uploads = join(root, "uploads");
  const blobFolders = (algorithm: DigestAlgorithm) => join(root, "docker/registry/v2/blobs", algorithm);
  const blobFolder = (digest: Digest) => {
    const hex = hexOf(digest);
    return join(blobFolders(algorithmOf(digest)), hex.slice(0, 2), hex);
  };
  return {
    uploads,
    checkFile: join(uploads, ".check"),
    blobFolders,
    blobFolder,
    blobFile: (digest) => join(blobFolder(digest), BLOB_FILE),
    uploadFile(upload) {
      if (!isUploadName(upload)) {
        throw new UploadNotFoundError(upload.slice(0, MAX_UPLOAD_NAME));
      }
      return join(uploads, upload);
    },
    snapshots: join(root, "imagehub/snapshots"),
    quarantine: join(root, "imagehub/quarantine"),
  };
}

/** An upload's name is a file's name: nothing that leads elsewhere, nothing hidden. */
export function isUploadName(name: string): boolean {
  return name.length <= MAX_UPLOAD_NAME && UPLOAD_NAME.test(name);
}

const BLOB_FILE = "data";
const UPLOAD_NAME = /^[A-Za-z0-9_-]+$/;

/** Half of what file systems allow, and three times a UUID. */
const MAX_UPLOAD_NAME = 128;
