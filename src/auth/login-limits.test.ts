import assert from "node:assert/strict";
import { test } from "node:test";
import { TooManyLoginsError } from "./errors.ts";
import { createLoginLimits, type LoginLimits } from "./login-limits.ts";

const HOME = { name: "alice", address: "192.0.2.1" };
const MINUTE_MS = 60_000;

test("guesses of one name from one address end after ten, though all are made at once", async () => {
  const { limits, checks } = startLimits();
  const guesses = await Promise.all(Array.from({ length: 50 }, () => guess(limits, HOME)));
  assert.equal(checks(), 10);
  assert.equal(guesses.filter((answer) => answer === "wrong").length, 10);
});

test("the right password is not looked at either, until the time that the refusal names is over", async () => {
  const { limits, clock } = startLimits();
  for (let i = 0; i < 10; i += 1) await guess(limits, HOME);
  const refusal = await logIn(limits, HOME).catch((error: unknown) => error);
  assert.ok(refusal instanceof TooManyLoginsError);
  assert.equal(refusal.retryAfterS, 30);
  clock.now += 30_000;
  assert.equal(await logIn(limits, HOME), "right");
});

test("whom others' guesses do not reach: the same name from another address, another name from the same", async () => {
  const { limits } = startLimits();
  for (let i = 0; i < 20; i += 1) await guess(limits, HOME);
  assert.equal(await logIn(limits, { ...HOME, address: "192.0.2.2" }), "right");
  assert.equal(await logIn(limits, { ...HOME, name: "bob" }), "right");
});

test("a name guessed from a thousand addresses is open where its user has logged in before", async () => {
  const { limits, checks } = startLimits();
  await logIn(limits, HOME);
  for (let i = 0; i < 1000; i += 1)
    await guess(limits, { name: "alice", address: `10.0.${i >> 8}.${i & 255}` });
  assert.equal(checks(), 100);
  assert.equal(await guess(limits, { name: "alice", address: "198.51.100.1" }), "too many");
  assert.equal(await logIn(limits, HOME), "right");
});

test("an address that guesses many names is open to users who have logged in there before", async () => {
  const { limits } = startLimits();
  await logIn(limits, HOME);
  for (let i = 0; i < 200; i += 1) await guess(limits, { ...HOME, name: `user-${i}` });
  assert.equal(await guess(limits, { ...HOME, name: "bob" }), "too many");
  assert.equal(await logIn(limits, HOME), "right");
});

test("wrong passwords where the user has logged in are counted too, and forgotten in time", async () => {
  const { limits, clock } = startLimits();
  await logIn(limits, HOME);
  for (let i = 0; i < 50; i += 1) assert.equal(await guess(limits, HOME), "wrong");
  assert.equal(await guess(limits, HOME), "too many");
  clock.now += 5 * MINUTE_MS;
  for (let i = 0; i < 50; i += 1) assert.equal(await guess(limits, HOME), "wrong");
});

test("the addresses of one IPv6 network are one, and an IPv4 address in IPv6 is itself", async () => {
  const { limits, checks } = startLimits();
  for (let i = 0; i < 20; i += 1) await guess(limits, { name: "alice", address: `2001:db8::${i}` });
  assert.equal(checks(), 10);
  for (let i = 0; i < 20; i += 1) await guess(limits, { name: "alice", address: `::ffff:192.0.2.${i}` });
  assert.equal(checks(), 30);
});

test("texts that are no names are counted as one", async () => {
  const { limits, checks } = startLimits();
  for (let i = 0; i < 20; i += 1) await guess(limits, { ...HOME, name: `no name ${i}` });
  assert.equal(checks(), 10);
});

test("a check that fails by itself is no wrong password", async () => {
  const { limits } = startLimits();
  for (let i = 0; i < 20; i += 1)
    await assert.rejects(
      limits.check(HOME, broken, () => true),
      { message: "no database" },
    );
  assert.equal(await logIn(limits, HOME), "right");
});

function broken(): Promise<never> {
  return Promise.reject(new Error("no database"));
}

interface Guessed {
  limits: LoginLimits;
  clock: { now: number };
  /** How many wrong passwords were looked at. */
  checks: () => number;
}

let looked = 0;

function startLimits(): Guessed {
  looked = 0;
  const clock = { now: 1_000_000 };
  return { limits: createLoginLimits({ now: () => clock.now }), clock, checks: () => looked };
}

async function guess(limits: LoginLimits, at: { name: string; address: string }): Promise<string> {
  try {
    return await limits.check(at, verifyWrong, () => false);
  } catch (error) {
    assert.ok(error instanceof TooManyLoginsError);
    return "too many";
  }
}

async function verifyWrong(): Promise<string> {
  looked += 1;
  return "wrong";
}

function logIn(limits: LoginLimits, at: { name: string; address: string }): Promise<string> {
  return limits.check(
    at,
    async () => "right",
    () => true,
  );
}
