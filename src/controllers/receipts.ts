import type { DirtyKey } from "../content/content.ts";
import type { Reconcile, Requeue } from "../reconcile/controller.ts";
import { TerminalError } from "../reconcile/errors.ts";

/**
 * The dirty keys that a queue's key stands for. They are settled only when everything that follows from them is
 * done, so that a process killed on the way finds them again.
 */
export interface Receipts {
  attach(key: string, dirtyKeys: readonly DirtyKey[]): void;
  take(key: string): DirtyKey[];
}

export function createReceipts(): Receipts {
  const held = new Map<string, DirtyKey[]>();
  return {
    attach(key, dirtyKeys) {
      if (dirtyKeys.length > 0) held.set(key, [...(held.get(key) ?? []), ...dirtyKeys]);
    },
    take(key) {
      const taken = held.get(key) ?? [];
      held.delete(key);
      return taken;
    },
  };
}

/** A reconciler that sees for which dirty keys it is asked, beside its own. */
export type ReconcileReceipts = (
  key: string,
  signal: AbortSignal,
  held: readonly DirtyKey[],
) => Promise<Requeue | undefined>;

/**
 * A reconciler that takes its key's receipts along: `pass` gets them when the key is done (or beyond help), and the
 * key keeps them when it has to come back.
 */
export function carryReceipts(
  { receipts, pass }: { receipts: Receipts; pass: (key: string, held: DirtyKey[]) => void | Promise<void> },
  reconcile: ReconcileReceipts,
): Reconcile {
  return async (key, signal) => {
    // Taken before reading anything: a receipt that comes later may stand for a change not read.
    const held = receipts.take(key);
    let kept = held;
    try {
      const result = await reconcile(key, signal, held);
      await pass(key, result ? [] : held);
      if (!result) kept = [];
      return result;
    } catch (error) {
      if (error instanceof TerminalError) {
        await pass(key, held);
        kept = [];
      }
      throw error;
    } finally {
      receipts.attach(key, kept);
    }
  };
}
