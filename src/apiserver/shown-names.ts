import type { Kind } from "../resources/kinds.ts";

/** The names that one watcher was shown. */
export interface ShownNames {
  add(name: string): void;
  /** @returns whether it was there */
  delete(name: string): boolean;
  /** When its watch ends. */
  clear(): void;
}

interface KnownName {
  name: string;
  number: number;
  /** Those that were shown it. */
  watchers: number;
}

/**
 * Names have numbers that all watchers of a kind share, so each name takes a watcher a bit. With a set of its own for
 * each, who opened two hundred watches of 100,000 resources would take 1.7 GB of the hub's memory.
 */
export function createShownNames(): (kind: Kind) => ShownNames {
  const tables = new Map<Kind, NameTable>();
  return (kind) => {
    const table = tables.get(kind) ?? createNameTable();
    tables.set(kind, table);
    return shownOf(table);
  };
}

interface NameTable {
  byName: Map<string, KnownName>;
  byNumber: (KnownName | undefined)[];
  /** Numbers below `byNumber.length` that no name has. */
  free: number[];
}

function createNameTable(): NameTable {
  return { byName: new Map(), byNumber: [], free: [] };
}

function shownOf(table: NameTable): ShownNames {
  let bits = new Uint32Array(0);

  function isSet(number: number): boolean {
    return ((bits[number >>> 5] ?? 0) & bitOf(number)) !== 0;
  }

  function set(number: number): void {
    const word = number >>> 5;
    if (word >= bits.length) {
      const more = new Uint32Array(Math.max(word + 1, 2 * bits.length));
      more.set(bits);
      bits = more;
    }
    bits[word] = (bits[word] ?? 0) | bitOf(number);
  }

  function drop(known: KnownName): void {
    const word = known.number >>> 5;
    bits[word] = (bits[word] ?? 0) & ~bitOf(known.number);
    known.watchers -= 1;
    if (known.watchers === 0) forget(table, known);
  }

  return {
    add(name) {
      const known = table.byName.get(name) ?? remember(table, name);
      if (isSet(known.number)) return;
      set(known.number);
      known.watchers += 1;
    },
    delete(name) {
      const known = table.byName.get(name);
      if (!known || !isSet(known.number)) return false;
      drop(known);
      return true;
    },
    clear() {
      for (const known of table.byNumber) if (known && isSet(known.number)) drop(known);
      bits = new Uint32Array(0);
    },
  };
}

function remember({ byName, byNumber, free }: NameTable, name: string): KnownName {
  const known = { name, number: free.pop() ?? byNumber.length, watchers: 0 };
  byName.set(name, known);
  byNumber[known.number] = known;
  return known;
}

function forget({ byName, byNumber, free }: NameTable, known: KnownName): void {
  byName.delete(known.name);
  byNumber[known.number] = undefined;
  free.push(known.number);
}

/** Of the 32 of a word. */
function bitOf(number: number): number {
  return 1 << (number & 31);
}
