import {
  createIndexFile,
  IN_MEMORY,
  openIndexFile,
  removeIndexFile,
  replaceIndexFile,
  type IndexFile,
} from "./index-file.ts";

/** The index that answers now, and the way to put another in its place. */
export interface IndexSlot {
  readonly current: IndexFile;
  /** Fills a new index beside the current one, which answers meanwhile, and puts it in its place. */
  replace(fill: (index: IndexFile) => Promise<void>): Promise<void>;
  /** Once or again. */
  close(): void;
}

/** Takes the index at `path`, or an empty one where there is none that can be read. */
export function openIndexSlot(path: string): IndexSlot {
  let current = openIndexFile(path) ?? createIndexFile(path);
  let isOpen = true;
  const beside = path === IN_MEMORY ? IN_MEMORY : `${path}.new`;
  removeIndexFile(beside);
  return {
    get current() {
      return current;
    },
    replace: async (fill) => {
      const next = createIndexFile(beside);
      try {
        await fill(next);
        next.setState("complete", "yes");
      } catch (error) {
        next.close();
        removeIndexFile(beside);
        throw error;
      }
      current = swap(path, current, next);
    },
    close: () => {
      if (isOpen) current.close();
      isOpen = false;
    },
  };
}

function swap(path: string, old: IndexFile, next: IndexFile): IndexFile {
  if (path === IN_MEMORY) {
    old.close();
    return next;
  }
  next.close();
  old.close();
  replaceIndexFile(path, `${path}.new`);
  return openIndexFile(path) ?? createIndexFile(path);
}
