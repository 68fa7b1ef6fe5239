import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { newResource } from "../src/resources/kinds.ts";
import { findRepository, getOrganization, getWholeReadme, listImages, searchRepositories } from "./api.ts";
import { ApiError } from "./http.ts";
import { createQueryClient } from "./queries.ts";

const signal = new AbortController().signal;

const FAILURES: { name: string; answer: () => Response; expected: Partial<ApiError> }[] = [
  {
    name: "an RFC 9457 problem",
    answer: () =>
      Response.json(
        { type: "about:blank", title: "Bad", status: 400, detail: "q is too long", requestId: "r1" },
        { status: 400 },
      ),
    expected: { status: 400, message: "q is too long", requestId: "r1" },
  },
  {
    name: "a Kubernetes Status, whose request number is in the header",
    answer: () =>
      Response.json(
        { kind: "Status", message: 'images "x" not found' },
        { status: 404, headers: { "x-request-id": "r2" } },
      ),
    expected: { status: 404, message: 'images "x" not found', requestId: "r2" },
  },
  {
    name: "a proxy's page",
    answer: () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }),
    expected: { status: 502, message: "Bad Gateway", requestId: undefined },
  },
  {
    name: "a page where JSON was expected",
    answer: () => new Response("<!doctype html>"),
    expected: { status: 200, message: "Cannot read /api/v1/search: expected JSON" },
  },
];

for (const { name, answer, expected } of FAILURES) {
  test(`a failure says what was said: ${name}`, async (t) => {
    answerWith(t, answer);
    await assert.rejects(searchRepositories({}, signal), { name: "ApiError", ...expected });
  });
}

test("a failure names the fields that are wrong, in the words of either API, and when to come again", async (t) => {
  answerWith(t, () =>
    Response.json(
      { detail: "too short", field: "password", details: { causes: [{ field: "spec.url", message: "no" }] } },
      { status: 429, headers: { "retry-after": "7" } },
    ),
  );
  await assert.rejects(searchRepositories({}, signal), {
    fields: new Map([
      ["password", "too short"],
      ["spec.url", "no"],
    ]),
    retryAfterSeconds: 7,
  });
});

test("no answer at all has status 0", async (t) => {
  answerWith(t, () => {
    throw new TypeError("fetch failed");
  });
  await assert.rejects(searchRepositories({}, signal), { name: "ApiError", status: 0 });
});

test("a request that the page itself gave up is no failure of the hub", async (t) => {
  const abort = new AbortController();
  abort.abort(new DOMException("left the page", "AbortError"));
  answerWith(t, () => {
    throw abort.signal.reason;
  });
  await assert.rejects(searchRepositories({}, abort.signal), { name: "AbortError" });
});

test("a repository is found by its own name, and none is undefined", async (t) => {
  const addresses = answerWith(t, () => Response.json({ metadata: {}, items: [] }));
  assert.equal(await findRepository("a_b/c/d", signal), undefined);
  assert.deepEqual(addresses, [
    "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories?fieldSelector=spec.name%3Da_b%2Fc%2Fd",
  ]);
});

test("images are listed by the labels that the repository itself carries", async (t) => {
  const addresses = answerWith(t, () => Response.json({ metadata: {}, items: [] }));
  const labels = { "imagehub.sealos.io/organization": "a", "imagehub.sealos.io/repository": "b-c-0123" };
  await listImages(newResource("Repository", "a.b-c", { spec: { name: "a/b/c" }, labels }), "next", signal);
  const query = new URL(addresses[0] ?? "", "http://hub").searchParams;
  assert.equal(
    query.get("labelSelector"),
    "imagehub.sealos.io/organization=a,imagehub.sealos.io/repository=b-c-0123",
  );
  assert.equal(query.get("continue"), "next");
});

test("names with slashes keep them, and one in a URL cannot leave its place", async (t) => {
  const addresses = answerWith(t, () => Response.json({}));
  await getWholeReadme("a/b/c", "v1", signal);
  await getOrganization("../users/admin?x", signal);
  assert.deepEqual(addresses, [
    "/api/v1/images/a/b/c/-/v1/readme",
    "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations/..%2Fusers%2Fadmin%3Fx",
  ]);
});

test("only what may pass is tried again, and not for ever", () => {
  const retry = createQueryClient().getDefaultOptions().queries?.retry;
  assert.ok(typeof retry === "function");
  assert.equal(retry(0, failure(0)), true);
  assert.equal(retry(1, failure(503)), true);
  assert.equal(retry(2, failure(503)), false);
  for (const status of [400, 401, 403, 404, 410, 429]) assert.equal(retry(0, failure(status)), false);
});

function failure(status: number): ApiError {
  return new ApiError("", { status });
}

/** Answers every request of the test; gives the addresses that were asked. */
function answerWith(t: TestContext, answer: () => Response): string[] {
  const addresses: string[] = [];
  t.mock.method(globalThis, "fetch", async (address: string) => {
    addresses.push(address);
    return answer();
  });
  return addresses;
}
