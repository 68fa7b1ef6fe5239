import { dirname, resolve } from "node:path";
import type { Digest } from "../oci/digest.ts";
import { createFileBlobs } from "./file-blobs.ts";
import { createFileNamedFiles } from "./file-named-files.ts";
import { createFileUploads } from "./file-uploads.ts";
import { StorageFolderError, UploadNotFoundError } from "./errors.ts";
import { type Files, makeFolder, nodeFiles, sizeOf, storing, unless } from "./files.ts";
import { createFolders, type Folders } from "./folders.ts";
import { createLayout, type Layout } from "./layout.ts";
import { createOpenUploads, type OpenUpload, type OpenUploads } from "./open-uploads.ts";
import type { BlobStorage } from "./port.ts";

/**
 * Opens a storage below a folder, which is made when it is not there.
 * @param options.files the operating system's, when not Node's
 * @throws StorageFolderError
 */
export async function openFileStorage(
  root: string,
  { files = nodeFiles }: { files?: Files } = {},
): Promise<BlobStorage> {
  const layout = createLayout(resolve(root));
  const folders = createFolders(files);
  const openUploads = createOpenUploads({ layout, files });
  const disk: Disk = { layout, files, folders, openUploads };
  try {
    await folders.make(layout.uploads);
    await folders.make(layout.blobFolders("sha256"));
  } catch (error) {
    throw new StorageFolderError(root, error);
  }
  const uploads = createFileUploads(layout, disk);
  return {
    ...createFileBlobs(layout, disk),
    ...uploads,
    snapshots: createFileNamedFiles(layout.snapshots, { ...disk, uploads }),
    quarantine: createFileNamedFiles(layout.quarantine, { ...disk, uploads }),
    finish: (upload, digest) => storing(() => finish(upload, digest, disk)),
    check: () => storing(() => check(disk)),
    async close() {
      await openUploads.close();
      await folders.close();
    },
  };
}

interface Disk {
  layout: Layout;
  files: Files;
  folders: Folders;
  openUploads: OpenUploads;
}

/**
 * The bytes are on disk before they have the blob's name, and the name before this resolves: whatever is named so
 * is whole. An upload that cannot be finished goes, since bytes that failed to sync once read well until they are
 * dropped from memory.
 */
async function finish(upload: string, digest: Digest, disk: Disk): Promise<void> {
  const { layout, files, folders } = disk;
  const open = await disk.openUploads.take(upload);
  if (open === undefined) {
    throw new UploadNotFoundError(upload);
  }
  const folder = layout.blobFolder(digest);
  let moved = false;
  try {
    await folders.make(dirname(folder));
    moved = await moveIntoPlace(open, {
      from: layout.uploadFile(upload),
      to: layout.blobFile(digest),
      files,
    });
    await Promise.all([folders.sync(folder), folders.sync(dirname(folder))]);
  } finally {
    await files.close(open.file);
    if (!moved) {
      await unless(["ENOENT"], files.unlink(layout.uploadFile(upload)));
    }
  }
}

/** @returns false when the blob is there already, and whole: then it stays */
async function moveIntoPlace(
  { file, sizeBytes }: OpenUpload,
  { from, to, files }: { from: string; to: string; files: Files },
): Promise<boolean> {
  const isNew = await makeFolder(files, dirname(to));
  if (!isNew && (await sizeOf(files, to)) === sizeBytes) {
    return false;
  }
  try {
    await files.fsync(file);
    await files.rename(from, to);
    return true;
  } catch (error) {
    await unless(["ENOENT", "ENOTEMPTY"], files.rmdir(dirname(to)));
    throw error;
  }
}

async function check({ layout, files }: Disk): Promise<void> {
  const file = await files.open(layout.checkFile, "w");
  try {
    await files.writev(file, [Buffer.from("x")], 0);
    await files.fsync(file);
  } finally {
    await files.close(file);
    await unless(["ENOENT"], files.unlink(layout.checkFile));
  }
}
