/** Does some of the work at once; after a failure nothing new is begun, and it is thrown when the rest has ended. */
export async function inParallel<T>(
  items: AsyncGenerator<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // Each takes from the same items, and ends them for all when it fails.
  async function run(): Promise<void> {
    for await (const item of items) await work(item);
  }
  const runs = await Promise.allSettled(Array.from({ length: limit }, run));
  const failure = runs.find((one) => one.status === "rejected");
  if (failure) throw failure.reason;
}
