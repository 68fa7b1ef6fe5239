import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBanner, type BannerFacts } from "./banner.ts";

const facts: BannerFacts = {
  url: "http://127.0.0.1:5000",
  tlsUrl: "https://127.0.0.1:5443",
  publicUrl: undefined,
  dataFolder: "/data",
  adminPassword: undefined,
  leftSnapshot: undefined,
};

test("the banner tells the addresses, the data folder and commands for this address", () => {
  const text = formatBanner(facts);
  for (const part of [facts.url, facts.tlsUrl ?? "", "/data", "docker login 127.0.0.1:5000 -u admin"]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, /docker push 127\.0\.0\.1:5000\/library\/IMAGE/);
});

test("a password is shown when the hub made it, else nothing is said of one", () => {
  assert.match(formatBanner({ ...facts, adminPassword: "secret" }), /User admin, password secret\n.*once/);
  assert.doesNotMatch(formatBanner(facts), /password/);
});

test("a snapshot of a lost database is told with its time and how to have it back, else nothing is said of one", () => {
  const leftSnapshot = { at: new Date("2026-11-23T03:00:00Z") };
  assert.match(
    formatBanner({ ...facts, leftSnapshot }),
    /storage holds a snapshot .*2026-11-23T03:00:00\.000Z\n.*stop this hub, then imagehub restore --from-storage/,
  );
  assert.doesNotMatch(formatBanner(facts), /snapshot/);
});

test("behind a proxy the commands name what clients see, and without HTTPS there is none", () => {
  const text = formatBanner({ ...facts, publicUrl: "https://hub.example.com", tlsUrl: undefined });
  assert.match(text, /docker login hub\.example\.com -u admin/);
  assert.match(text, /see its page at https:\/\/hub\.example\.com\n/);
  assert.doesNotMatch(text, /kubectl/);
});
