import { type Client, connect } from "./client.ts";
import type { Target } from "../targets/target.ts";

/** As many as CI systems run at once, and as the issue of speed counts. */
export const CONNECTIONS = 16;

/** Does `work` for each item, so many at once. @returns items a second */
export async function perSecond<T>(
  items: T[],
  work: (item: T) => Promise<void>,
  atOnce = CONNECTIONS,
): Promise<number> {
  const queue = items.values();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) {
        await work(item);
      }
    }),
  );
  return items.length / secondsSince(started);
}

export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

/** A client of a repository that no other workload uses. */
export function connectToNew(target: Target, name: string, agent?: Client["agent"]): Promise<Client> {
  return connect(target, `bench/${name}-${crypto.randomUUID().slice(0, 8)}`, agent);
}
