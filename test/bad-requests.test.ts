import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { ask, type Answer } from "./bad-requests/ask.ts";
import { expectationOf, unusedDifferences } from "./bad-requests/expectation.ts";
import { REQUESTS } from "./bad-requests/requests/all.ts";
import { createSeeds } from "./bad-requests/seeds.ts";
import { ADMIN_PASSWORD, basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());
const server = { url: hub.url, authorization: hub.admin, somebody: basic("bob", ADMIN_PASSWORD) };
await register("bob");
await createSeeds(server);

for (const [group, requests] of Object.entries(REQUESTS)) {
  const answers = JSON.parse(
    readFileSync(join(import.meta.dirname, `bad-requests/answers/${group}.json`), "utf8"),
  ) as Record<string, Answer>;
  for (const request of requests) {
    test(`as Kubernetes: ${group}: ${request.title}`, async () => {
      const kubernetes = answers[request.title];
      assert.ok(kubernetes, "its answer is recorded: run test/bad-requests/record.ts");
      expectationOf(request.title, kubernetes)(await ask(server, request));
    });
  }
}

test("no difference is told that is none", () => {
  assert.deepEqual(unusedDifferences(), []);
});

async function register(name: string): Promise<void> {
  const response = await fetch(`${hub.url}/api/v1/users`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password: ADMIN_PASSWORD }),
  });
  assert.equal(response.status, 201);
}
