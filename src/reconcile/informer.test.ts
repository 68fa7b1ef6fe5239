import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { ExpiredError } from "../resource-store/errors.ts";
import type { ResourceStore, WatchEvent } from "../resource-store/port.ts";
import { newResource, type User } from "../resources/kinds.ts";
import { silentLogger } from "./logger.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { startInformer } from "./informer.ts";

test("everything is told once at the start, page by page, then each change from there", async () => {
  const store = createStore({ pages: [[user("a", 1)], [user("b", 2)]], version: "2" });
  const { told, informer } = inform(store);
  await informer.synced;
  store.send({ type: "MODIFIED", object: user("a", 3) });
  store.send({ type: "DELETED", object: user("b", 4) });
  await settled();
  assert.deepEqual(told, ["relist", "a@1", "b@2", "listed", "a@3", "-b@4"]);
  assert.deepEqual(store.watchedFrom, ["2"]);
  await informer.stop();
});

test("a watch that breaks goes on from the last change told", async () => {
  const clock = createManualClock();
  const store = createStore({ pages: [[user("a", 1)]], version: "1" });
  const { told, informer } = inform(store, { clock });
  await informer.synced;
  store.send({ type: "MODIFIED", object: user("a", 5) });
  await settled();
  store.breakWatch(new Error("connection lost"));
  await restarted(clock);
  assert.deepEqual(store.watchedFrom, ["1", "5"]);
  assert.deepEqual(told, ["relist", "a@1", "listed", "a@5"]);
  await informer.stop();
});

test("a watch whose history is lost lists again", async () => {
  const clock = createManualClock();
  const store = createStore({ pages: [[user("a", 1)]], version: "1" });
  const { told, informer } = inform(store, { clock });
  await informer.synced;
  store.content = { pages: [[user("b", 8)]], version: "9" };
  store.breakWatch(new ExpiredError("too old"));
  await restarted(clock);
  assert.deepEqual(told, ["relist", "a@1", "listed", "relist", "b@8", "listed"]);
  assert.deepEqual(store.watchedFrom, ["1", "9"]);
  await informer.stop();
});

test("a change whose handler fails is told again", async () => {
  const clock = createManualClock();
  const store = createStore({ pages: [[]], version: "1" });
  let failures = 1;
  const { told, informer } = inform(store, {
    clock,
    fail: () => {
      if (failures-- > 0) throw new Error("database is away");
    },
  });
  await informer.synced;
  store.send({ type: "ADDED", object: user("a", 2) });
  await settled();
  await restarted(clock);
  assert.deepEqual(store.watchedFrom, ["1", "1"]);
  store.send({ type: "ADDED", object: user("a", 2) });
  await settled();
  assert.deepEqual(told, ["relist", "listed", "a@2", "a@2"]);
  await informer.stop();
});

test("stop() ends a watch that waits for changes", async () => {
  const { informer } = inform(createStore({ pages: [[]], version: "1" }));
  await informer.synced;
  await informer.stop();
});

function inform(
  store: ReturnType<typeof createStore>,
  { clock = createManualClock(), fail }: { clock?: ManualClock; fail?: () => void } = {},
) {
  const told: string[] = [];
  const informer = startInformer({
    store,
    kind: "User",
    clock,
    logger: silentLogger,
    onChange({ metadata }) {
      told.push(`${metadata.name}@${metadata.resourceVersion}`);
      fail?.();
    },
    onDelete: ({ metadata }) => void told.push(`-${metadata.name}@${metadata.resourceVersion}`),
    onRelist: () => told.push("relist"),
    onListed: () => told.push("listed"),
  });
  return { told, informer };
}

interface StoreContent {
  pages: User[][];
  version: string;
}

/** A store whose list is given, and whose one watch the test feeds. */
function createStore(content: StoreContent) {
  let watch = Promise.withResolvers<WatchEvent<"User">>();
  const watchedFrom: string[] = [];
  const store = {
    content,
    watchedFrom,
    async list(_kind: "User", options: { continue?: string }) {
      const page = Number(options.continue ?? 0);
      const { pages, version } = store.content;
      const more = page + 1 < pages.length ? { continue: String(page + 1) } : {};
      return { items: pages[page] ?? [], resourceVersion: version, ...more };
    },
    async watch(
      _kind: "User",
      { resourceVersion, signal }: { resourceVersion: string; signal: AbortSignal },
      tell: (event: WatchEvent<"User">) => Promise<void>,
    ) {
      watchedFrom.push(resourceVersion);
      watch = Promise.withResolvers();
      signal.addEventListener("abort", () => watch.reject(signal.reason));
      const events: WatchEvent<"User">[] = [];
      store.send = (event) => {
        events.push(event);
        watch.resolve(event);
      };
      for (;;) {
        await watch.promise;
        watch = Promise.withResolvers();
        for (const event of events.splice(0)) await tell(event);
      }
    },
    send(_event: WatchEvent<"User">): void {
      throw new Error("nobody watches");
    },
    breakWatch: (error: Error) => watch.reject(error),
  };
  return store as typeof store & Pick<ResourceStore, "list" | "watch">;
}

function user(name: string, version: number): User {
  const resource = newResource("User", name, { spec: {} });
  return { ...resource, metadata: { ...resource.metadata, resourceVersion: String(version) } };
}

/** Lets everything run that waits for nothing. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate();
}

async function restarted(clock: ManualClock): Promise<void> {
  await settled();
  clock.advance(clock.nextDelayMs ?? 0);
  await settled();
}
