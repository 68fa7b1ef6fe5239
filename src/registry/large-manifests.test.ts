import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { IncomingMessage } from "node:http";
import { afterEach, mock, test } from "node:test";
import { createLargeManifests } from "./large-manifests.ts";

afterEach(() => mock.timers.reset());

const LARGE = { "content-length": "4194304" };

test("of large manifests four are taken at once, the others in their order; small ones wait for nobody", async () => {
  const { admit } = createLargeManifests();
  const held = Array.from({ length: 6 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const running = held.map(({ promise }, index) =>
    admit(request(index === 0 ? {} : LARGE), () => {
      begun.push(index);
      return promise;
    }),
  );
  assert.equal(await admit(request({ "content-length": "262144" }), async () => "small"), "small");
  assert.deepEqual(begun, [0, 1, 2, 3]);
  held[2]?.reject(new Error("refused"));
  await assert.rejects(async () => running[2]);
  assert.equal(await admit(request({ "content-length": "2" }), async () => "small"), "small");
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  for (const { resolve } of held) resolve();
  await Promise.allSettled(running);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
});

test("who waits for half a minute is told to come back, and takes no place", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { admit } = createLargeManifests();
  const held = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const running = held.map(({ promise }) => admit(request(LARGE), () => promise));
  const waiting = admit(request(LARGE), async () => assert.fail("it had no place"));
  mock.timers.tick(30_000);
  await assert.rejects(waiting, { code: "TOOMANYREQUESTS", message: /try again in a minute/ });
  for (const { resolve } of held) resolve();
  await Promise.all(running);
  assert.equal(await admit(request(LARGE), async () => "taken"), "taken");
});

test("a large manifest that takes more than two minutes to come is cut off; one that has come is not", async () => {
  mock.timers.enable({ apis: ["setInterval", "Date"] });
  const { admit } = createLargeManifests();
  const [slow, whole] = [request(LARGE), request(LARGE)];
  const held = Promise.withResolvers<void>();
  const running = [slow, whole].map((one) => admit(one, () => held.promise));
  await Promise.resolve();
  whole.emit("end");
  mock.timers.tick(119_000);
  assert.deepEqual([slow.destroyed, whole.destroyed], [false, false]);
  mock.timers.tick(1000);
  assert.deepEqual([slow.destroyed, whole.destroyed], [true, false]);
  held.resolve();
  await Promise.all(running);
});

test("while others wait for a place, one that takes more than ten seconds to come is cut off", async () => {
  mock.timers.enable({ apis: ["setInterval", "Date"] });
  const { admit } = createLargeManifests();
  const slow = Array.from({ length: 4 }, () => request(LARGE));
  const running = slow.map((one) => admit(one, () => once(one, "close")));
  await Promise.resolve();
  mock.timers.tick(9000);
  const waiting = admit(request(LARGE), async () => "taken");
  mock.timers.tick(1000);
  assert.equal(await waiting, "taken");
  await Promise.all(running);
});

function request(headers: IncomingMessage["headers"]): IncomingMessage {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage;
}
