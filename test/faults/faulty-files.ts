import { nodeFiles, type Files } from "../../src/blob-storage/files.ts";
import { withFault, type Fault, type Faults } from "./faults.ts";

/** The operating system's files, with faults in them. */
export interface FaultyFiles {
  files: Files;
  /** Paths of files that were opened and not closed. */
  openFiles(): string[];
}

type Call = (...args: never[]) => Promise<unknown>;

export function createFaultyFiles(faults: Faults): FaultyFiles {
  const open = new Map<unknown, string>();
  const real: Files = {
    ...nodeFiles,
    async open(path, flags) {
      const file = await nodeFiles.open(path, flags);
      open.set(file, `${path} ${flags}`);
      return file;
    },
    async openFolder(path) {
      const file = await nodeFiles.openFolder(path);
      open.set(file, path);
      return file;
    },
    async close(file) {
      open.delete(file);
      await nodeFiles.close(file);
    },
  };
  const faulty = Object.entries(real).map(([name, call]: [string, Call]) => [
    name,
    (...args: never[]) => {
      const [first, second] = args as unknown[];
      const path =
        open.get(first) ?? (typeof second === "string" ? `${String(first)} ${second}` : String(first));
      const fault = asItMayBe(name, faults.next(`${name} ${withoutNames(path)}`));
      const half = HALF[name];
      return withFault(fault, () => call(...args), half && (() => half(...args)));
    },
  ]);
  return { files: Object.fromEntries(faulty) as Files, openFiles: () => [...open.values()] };
}

/** A path that stands for all like it. */
function withoutNames(path: string): string {
  return path
    .replaceAll(/\/[^ ]*\/storage/g, "")
    .replaceAll(/[0-9a-f]{64}/g, "HEX")
    .replaceAll(/\/[0-9a-f]{2}(?=[/ ]|$)/g, "/XX")
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID");
}

/** A failed close closes nevertheless. */
function asItMayBe(name: string, fault: Fault | undefined): Fault | undefined {
  return name === "close" && fault?.before ? { name: fault.name, after: fault.before } : fault;
}

/** Calls that take a part of what they are given, or give a part of what is there. */
const HALF: Record<string, Call> = {
  writev(file: number, chunks: Uint8Array[], position: number) {
    const bytes = Buffer.concat(chunks);
    return nodeFiles.writev(file, [bytes.subarray(0, Math.ceil(bytes.length / 2))], position);
  },
  read: (file: number, into: Uint8Array, part: Parameters<Files["read"]>[2]) =>
    nodeFiles.read(file, into, { ...part, length: Math.ceil(part.length / 2) }),
};
