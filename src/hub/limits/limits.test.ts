import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "./network.ts";
import { parseRate } from "./rate.ts";
import { createTokenBuckets } from "./token-buckets.ts";

test("what is no rate is refused", () => {
  for (const text of ["", "100", "0/6h", "100/6", "100/h6", "-1/6h", "1.5/6h", "100/0h", "99999999/1s"]) {
    assert.equal(parseRate(text), undefined, text);
  }
  assert.deepEqual(parseRate("100/6h"), { amount: 100, windowMs: 21_600_000, text: "100/6h" });
  assert.equal(parseRate("5/s")?.windowMs, 1000);
});

test("a bucket gives its amount at once, and then one at a time as it fills", () => {
  let now = 0;
  const buckets = createTokenBuckets({ amount: 2, windowMs: 1000, text: "2/1s" }, { now: () => now });
  assert.deepEqual(
    [buckets.take("a")?.count, buckets.take("a")?.count, buckets.take("a")],
    [1, 0, undefined],
  );
  assert.equal(buckets.look("a").waitMs, 500);
  assert.equal(buckets.take("b")?.count, 1);
  now = 499;
  assert.equal(buckets.take("a"), undefined);
  now = 500;
  assert.equal(buckets.take("a")?.count, 0);
  now = 1_000_000;
  assert.equal(buckets.look("a").count, 2);
});

test("a million keys take no more memory than some are allowed", () => {
  const buckets = createTokenBuckets({ amount: 1, windowMs: 1e9, text: "" }, { maxKeys: 100 });
  assert.ok(buckets.take("first"));
  assert.equal(buckets.take("first"), undefined);
  for (let key = 0; key < 100; key += 1) buckets.take(String(key));
  assert.ok(buckets.take("first"), "forgotten");
});

test("an IPv6 client is its network of 64 bits, an IPv4 one its address however it is written", () => {
  assert.equal(networkOf("2001:db8:1:2:3:4:5:6"), networkOf("2001:db8:1:2:ffff::1"));
  assert.notEqual(networkOf("2001:db8:1:2::1"), networkOf("2001:db8:1:3::1"));
  assert.equal(networkOf("::ffff:192.0.2.7"), networkOf("192.0.2.7"));
  assert.notEqual(networkOf("192.0.2.7"), networkOf("192.0.2.8"));
});
