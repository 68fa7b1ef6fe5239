/** What goes wrong at one call. */
export interface FaultKind {
  name: string;
  /** Not done: throws this. */
  before?: () => Error;
  /** Done, though it throws this. */
  after?: () => Error;
  /** Done in part. */
  isShort?: boolean;
  /** Done, but not before somebody else was served. */
  isSlow?: boolean;
  /** The calls that can go wrong in this way. Default: all. */
  calls?: RegExp;
}

/** What goes wrong now. */
export interface Fault extends FaultKind {
  /** Waits as long as the call takes. */
  wait?: () => Promise<void>;
}

/**
 * Makes a call fail, in turn at every site: what is called, and what the script is doing then. At each site the first
 * call of a play fails.
 */
export interface Faults {
  /** Notes which sites are met from now on. */
  record(): void;
  /** The sites met since `record`. */
  sites(): string[];
  /** The next call at this site fails. */
  arm(site: string, kind: FaultKind): void;
  /** Neither notes sites nor fails calls, until `record` or `arm`. */
  rest(): void;
  /** Whether a call failed since `arm`. */
  readonly struck: boolean;
  /** What the script does from now on. */
  enter(step: string): void;
  /**
   * Each call asks what is to go wrong with it.
   * @param options.isAnywhere calls like it are one site, whatever the script does; default false
   */
  next(call: string, options?: { isAnywhere?: boolean }): Fault | undefined;
}

/** @param serveOthers what a slow call lasts as long as */
export function createFaults(serveOthers: () => Promise<void>): Faults {
  const met = new Set<string>();
  let step = "start";
  let armed: { site: string; kind: FaultKind } | undefined;
  let struck = false;
  let isResting = true;
  return {
    record() {
      met.clear();
      isResting = false;
    },
    sites: () => [...met],
    arm(site, kind) {
      armed = { site, kind };
      struck = false;
      isResting = false;
    },
    rest() {
      isResting = true;
    },
    get struck() {
      return struck;
    },
    enter(next) {
      step = next;
    },
    next(call, { isAnywhere = false } = {}) {
      if (isResting) return undefined;
      const site = `${isAnywhere ? "anywhere" : step}: ${call}`;
      met.add(site);
      if (struck || armed?.site !== site) return undefined;
      struck = true;
      return armed.kind.isSlow ? { ...armed.kind, wait: serveOthers } : armed.kind;
    },
  };
}

/** Does a call as a fault has it. */
export async function withFault<T>(
  fault: Fault | undefined,
  call: () => Promise<T>,
  half: () => Promise<T> = call,
): Promise<T> {
  await fault?.wait?.();
  if (fault?.before) throw fault.before();
  const result = await (fault?.isShort ? half() : call());
  if (fault?.after) throw fault.after();
  return result;
}
