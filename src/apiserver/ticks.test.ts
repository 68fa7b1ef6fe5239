import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TICK, withTicks } from "./ticks.ts";

test("between items, and while none comes, there is a tick each time the time has passed", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const first = Promise.withResolvers<void>();
  async function* source() {
    yield 1;
    await first.promise;
    yield 2;
  }
  const items = withTicks(source(), 1000);
  const next = async () => (await items.next()).value as unknown;
  assert.equal(await next(), 1);
  mock.timers.tick(1000);
  assert.equal(await next(), TICK);
  const waiting = next();
  mock.timers.tick(1000);
  assert.equal(await waiting, TICK);
  first.resolve();
  assert.equal(await next(), 2);
  assert.deepEqual(await items.next(), { value: undefined, done: true });
  mock.timers.reset();
});
