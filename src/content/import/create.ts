import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { createBlobLinks, type BlobLinks } from "../../blob-storage/blob-links.ts";
import { fileStoragePath } from "../../blob-storage/open.ts";
import { isRepositoryName } from "../../oci/reference.ts";
import { createBoundedList } from "../bounded-list.ts";
import { createGiveWay } from "../give-way.ts";
import type { OpenHasher } from "../hashing/open-hasher.ts";
import { createExclusively } from "./exclusively.ts";
import { emptyReport, type ImportParts, type ImportRun } from "./import-run.ts";
import { ImportError, type Importer, type ImportOptions, type ImportReport, type Skip } from "./importer.ts";
import { importRepository } from "./repositories.ts";
import { openTree, type RegistryTree } from "./tree.ts";

/** Imports as `Importer` says. @param more.storageUrl of the hub's storage, to see whether bytes can be linked */
export function createImporter(
  parts: ImportParts,
  more: { openHasher: OpenHasher; storageUrl: string | undefined },
): Importer {
  return {
    async importTree(options) {
      await requireOwners(parts, options);
      const directory = await requireTree(options.directory);
      const storage = await storageFolder(more.storageUrl);
      const links = storage === undefined ? undefined : createBlobLinks(directory, storage);
      const hasher = more.openHasher();
      const stop = (): void => void hasher.close();
      options.signal?.addEventListener("abort", stop, { once: true });
      try {
        const inPlace = storage === directory;
        return await importAll({ ...parts, options, hasher, inPlace, links }, openTree(directory));
      } catch (error) {
        options.signal?.throwIfAborted();
        throw error;
      } finally {
        options.signal?.removeEventListener("abort", stop);
        await Promise.all([hasher.close(), links?.close()]);
      }
    },
  };
}

/** A report is kept and shown; counts say the rest. */
const SKIPS_BYTES = 48 * 1024;

type Opened = ImportParts & {
  options: ImportOptions;
  hasher: ImportRun["hasher"];
  inPlace: boolean;
  links: BlobLinks | undefined;
};

async function importAll(opened: Opened, tree: RegistryTree): Promise<ImportReport> {
  const { signal, onProgress } = opened.options;
  const skips = createBoundedList<Skip>(SKIPS_BYTES);
  const report = emptyReport(skips.items);
  const total = await count(tree.repositories());
  const tell = () =>
    onProgress?.({ phase: "repositories", done: report.repositories, total, bytes: report.bytes });
  const giveWay = createGiveWay({ signal, onPause: tell });
  const run: ImportRun = {
    ...opened,
    tree,
    report,
    skips,
    skipped: new Map(),
    exclusively: createExclusively(),
    giveWay,
  };
  for await (const name of tree.repositories()) {
    await importRepository({ ...run, skipped: new Map() }, name);
    report.repositories += 1;
    await giveWay();
  }
  return report;
}

/** @throws ImportError */
async function requireOwners(
  { database }: ImportParts,
  { organization, owner }: ImportOptions,
): Promise<void> {
  if (organization !== undefined && !isOrganization(organization))
    throw new ImportError(
      `Cannot import into organization ${JSON.stringify(organization)}: expected one component of a repository's name, such as library`,
    );
  const user = await database.read
    .selectFrom("users")
    .select("name")
    .where("name", "=", owner)
    .executeTakeFirst();
  if (!user) throw new ImportError(`Cannot import for owner ${JSON.stringify(owner)}: there is no such user`);
}

function isOrganization(text: string): boolean {
  return !text.includes("/") && isRepositoryName(`${text}/name`);
}

/** @throws ImportError */
async function requireTree(directory: string): Promise<string> {
  if (!isAbsolute(directory))
    throw new ImportError(
      `Cannot import ${JSON.stringify(directory)}: expected an absolute path on the hub's machine`,
    );
  const repositories = join(directory, "docker/registry/v2/repositories");
  try {
    if ((await stat(repositories)).isDirectory()) return await realpath(directory);
  } catch (error) {
    throw noTree(directory, (error as Error).message, error);
  }
  throw noTree(directory, `${repositories} is no folder`);
}

function noTree(directory: string, why: string, cause?: unknown): ImportError {
  return new ImportError(
    `Cannot import ${directory}: expected the folder that the other registry calls its rootdirectory, which holds docker/registry/v2/repositories (${why})`,
    { cause },
  );
}

async function storageFolder(storageUrl: string | undefined): Promise<string | undefined> {
  const path = storageUrl === undefined ? undefined : fileStoragePath(storageUrl);
  return path === undefined ? undefined : realpath(path);
}

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let number = 0;
  for await (const _ of items) number += 1;
  return number;
}
