import assert from "node:assert/strict";
import { test } from "node:test";
import type { Condition } from "../resources/conditions.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { eventually, openTestHub, type TestHub } from "../../test/controllers-hub.ts";

/** Each call is made to fail where there is time; else one of eight, other ones each time. */
const EVERY = process.env["IMAGEHUB_TEST_EVERY_CALL"] ? 1 : 8;
/** More calls than the scenario makes, should the search never come to their end. */
const MAX_CALLS = 500;

test("whichever call fails, or is the last before the process is killed, the state at the end is the same", async () => {
  const expected = await run(undefined);
  let call = Math.floor(Math.random() * EVERY);
  let isThrough = false;
  for (; !isThrough && call < MAX_CALLS; call += EVERY) {
    // In turn, since both for each call would take twice as long and find little more.
    const injector = createInjector(call, { isFatal: call % 2 === 0 });
    const state = await run(injector);
    assert.deepEqual(state, expected, `after call ${call} failed: ${injector.failedCall}`);
    isThrough = injector.failedCall === undefined;
  }
  assert.ok(call > 50 && call < MAX_CALLS, `${call} calls were made to fail`);
});

/** The state after a scenario that has every kind of change in it. */
async function run(injector: Injector | undefined): Promise<unknown> {
  await using hub = await openTestHub();
  await hub.push("old/edited:1", { detail: { description: "pushed", keywords: ["a"] } });
  await hub.push("old/hidden:1");
  await hub.push("old/gone:1");
  await hub.push("emptied/gone:1");
  await hub.controllers.idle();
  await hub.controllers.stop();

  await hub.push("new/app:1", { by: "bob", detail: { keywords: ["b"] } });
  await hub.deleteTag("old/gone:1");
  await hub.deleteTag("emptied/gone:1");
  const image = await hub.store.get("Image", "old.edited.1");
  await hub.store.update({ ...image, spec: { ...image.spec, detail: { description: "edited" } } });
  const repository = await hub.store.get("Repository", "old.hidden");
  await hub.store.update({ ...repository, spec: { ...repository.spec, visibility: "private" } });

  if (injector) {
    await hub.restart(injector.parts(hub));
    await Promise.race([hub.controllers.idle(), injector.killed]);
  }
  await hub.restart();
  await hub.controllers.idle();
  await eventually(() => checkCounts(hub));
  return await stateOf(hub);
}

interface Injector {
  /** The hub's parts, with the fault in them. */
  parts(hub: TestHub): Pick<TestHub, "content" | "store" | "policies" | "inspector">;
  /** Resolves at the call that kills. */
  killed: Promise<void>;
  readonly failedCall: string | undefined;
}

/** Fails the call of that number, and, if it is fatal, all after it. */
function createInjector(failAt: number, { isFatal }: { isFatal: boolean }): Injector {
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  let calls = 0;
  let failedCall: string | undefined;

  function beforeCall(name: string): void {
    const call = calls++;
    if (call !== failAt && !(isFatal && call > failAt)) return;
    failedCall ??= name;
    if (isFatal) kill();
    throw new Error(`fault before ${name}`);
  }

  return {
    parts: ({ content, store, policies, inspector }) => ({
      content: withFaults(content, "content", beforeCall),
      store: withFaults(store, "store", beforeCall),
      policies: withFaults(policies, "policies", beforeCall),
      inspector: withFaults(inspector, "inspector", beforeCall),
    }),
    killed,
    get failedCall() {
      return failedCall;
    },
  };
}

/** Subscribing is no call that may fail. */
const NEVER_FAILS = new Set(["onTouched"]);

function withFaults<T extends object>(target: T, path: string, beforeCall: (name: string) => void): T {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property);
      const name = `${path}.${String(property)}`;
      if (typeof value === "object" && value !== null) return withFaults(value, name, beforeCall);
      if (typeof value !== "function" || NEVER_FAILS.has(String(property))) return value;
      return (...args: unknown[]): unknown => {
        if (property === "watch") {
          beforeCall(name);
          return value.apply(object, args);
        }
        return (async () => {
          beforeCall(name);
          return value.apply(object, args) as unknown;
        })();
      };
    },
  });
}

/** What is known by watch alone comes a little later. */
async function checkCounts({ store }: TestHub): Promise<void> {
  const { items: repositories } = await store.list("Repository");
  for (const { metadata, status } of (await store.list("Organization")).items) {
    const own = repositories.filter(({ spec }) => spec.name.startsWith(`${metadata.name}/`));
    assert.equal(status?.repositoryCount, own.length);
  }
}

/** Everything but identities, versions and times of writing. */
async function stateOf({ store, content, policies }: TestHub): Promise<unknown> {
  const kinds: Kind[] = ["Organization", "Repository", "Image"];
  const resources = (await Promise.all(kinds.map(async (kind) => (await store.list(kind)).items))).flat();
  return {
    resources: resources.map(stable),
    repositories: (await content.repositories.list({ limit: 100 })).map(({ name, visibility }) => ({
      name,
      visibility,
    })),
    policies: await Promise.all(["old", "new"].map((name) => policies.find(name))),
    dirtyKeys: await content.dirtyKeys.take(100),
  };
}

function stable({ kind, metadata, spec, status = {} }: Resource<Kind>): unknown {
  const { name, labels, annotations } = metadata;
  return { kind, name, labels, annotations, spec, status: stableStatus(status) };
}

function stableStatus(status: object): object {
  const { conditions, repositories, ...rest } = status as {
    conditions?: Condition[];
    repositories?: string[];
  };
  return {
    ...rest,
    conditions: conditions?.map(({ type, reason, message }) => ({ type, reason, message })),
    // Made in the same second or not, as it happens.
    repositories: repositories?.toSorted(),
  };
}
