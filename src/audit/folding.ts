import type { AuditEntry } from "./entry.ts";

/** What is the same is one entry, with how often it happened: so who asks a million times adds a few rows. */
export interface Folding {
  /** @returns the entry, when it is to be written now; a repetition is counted for the next `end` */
  add(entry: AuditEntry): AuditEntry | undefined;
  /** Ends the time in which what is the same is one. @returns what was repeated, with its counts */
  end(): AuditEntry[];
}

export interface FoldingLimits {
  /** Entries of one address that are told apart; of the rest it is said that there were more. */
  ofAddress: number;
  /** The same of all addresses. */
  inAll: number;
}

export function createFolding({ ofAddress, inAll }: FoldingLimits): Folding {
  let seen = new Map<string, { entry: AuditEntry; repeats: number }>();
  let byAddress = new Map<string, number>();

  function add(entry: AuditEntry): AuditEntry | undefined {
    const key = keyOf(entry);
    const known = seen.get(key);
    if (known) {
      known.repeats += entry.count;
      return undefined;
    }
    const before = byAddress.get(entry.address) ?? 0;
    const isRest = entry.actor === "" && entry.resource === "";
    if (before >= ofAddress && !isRest) return add({ ...entry, ...UNNAMED });
    if (seen.size >= inAll && entry.address !== "") return add({ ...entry, ...UNNAMED, address: "" });
    seen.set(key, { entry, repeats: 0 });
    byAddress.set(entry.address, before + 1);
    return entry;
  }

  return {
    add,
    end() {
      const repeated = [...seen.values()].filter(({ repeats }) => repeats > 0);
      seen = new Map();
      byAddress = new Map();
      return repeated.map(({ entry, repeats }) => ({ ...entry, count: repeats }));
    },
  };
}

/** Who and what is left out, of those that are too many to tell apart. */
const UNNAMED = { actor: "", resource: "", organization: "", token: undefined };

function keyOf({ actor, address, action, resource, outcome, token = "" }: AuditEntry): string {
  return [actor, address, action, resource, outcome, token].join("\0");
}
