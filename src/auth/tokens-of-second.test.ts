import assert from "node:assert/strict";
import { test } from "node:test";
import { createTokensOfSecond } from "./tokens-of-second.ts";

test("who asks for the same in one second gets one token, and in the next another", async () => {
  const { share } = createTokensOfSecond();
  const sign = counter();
  const asked = { name: "ann", access: ["pull"] };
  const [first, same] = await Promise.all([share(1, asked, sign), share(1, { ...asked }, sign)]);
  assert.equal(same, first);
  assert.notEqual(await share(2, asked, sign), first);
  assert.notEqual(await share(1, asked, sign), first, "a clock that was set back");
});

test("what differs is signed apart", async () => {
  const { share } = createTokensOfSecond();
  const sign = counter();
  const asked = [{ name: "ann" }, { name: "ann", session: "s" }, { name: "bob" }];
  const tokens = await Promise.all(asked.map((each) => share(1, each, sign)));
  assert.equal(new Set(tokens).size, asked.length);
});

test("memory holds no more than a thousand, and none that is long", async () => {
  const { share } = createTokensOfSecond();
  const sign = counter();
  const long = "x".repeat(3000);
  assert.notEqual(await share(1, long, sign), await share(1, long, sign));
  for (let number = 0; number < 1000; number += 1) await share(1, number, sign);
  assert.equal(await share(1, 0, sign), await share(1, 0, sign));
  assert.notEqual(await share(1, "more", sign), await share(1, "more", sign));
});

function counter(): () => Promise<string> {
  let count = 0;
  return async () => `token ${(count += 1)}`;
}
