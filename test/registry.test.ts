import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, test } from "node:test";
import { digestOf } from "../src/oci/digest.ts";
import { MAX_MANIFEST_BYTES } from "../src/oci/manifest.ts";
import { OCI_INDEX, OCI_MANIFEST } from "../src/oci/media-types.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { askAt, type Answer, type Asked } from "./ask.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
const ask = askAt(hub);
after(() => hub.stop());

const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
await pushImage(hub, image, { repository: "org/app", reference: "v1" });
const [layer] = [...image.blobs.keys()].slice(1);
assert.ok(layer);
const layerBytes = Buffer.from(image.blobs.get(layer) ?? []);
const SHA512 = digestOf(Buffer.from("absent"), "sha512");
const LONG_NAME = `org/${"a".repeat(251)}`;

const manifestHeaders = { "content-type": OCI_MANIFEST };
const upload = (path: string) => `/v2/org/app/blobs/uploads/${path}`;

/** Request by the administrator → answer. */
const TABLE: [string, string, Asked, Answer][] = [
  [
    "a manifest by tag",
    "/v2/org/app/manifests/v1",
    {},
    {
      status: 200,
      headers: { "docker-content-digest": image.digest, "content-type": OCI_MANIFEST },
      body: Buffer.from(image.manifest),
    },
  ],
  [
    "a manifest's HEAD",
    "/v2/org/app/manifests/v1",
    { method: "HEAD" },
    { status: 200, headers: { "content-length": String(image.manifest.length) }, body: Buffer.alloc(0) },
  ],
  [
    "a manifest the client has",
    "/v2/org/app/manifests/v1",
    { headers: { "if-none-match": `"${image.digest}"` } },
    { status: 304 },
  ],
  [
    "an unknown tag",
    "/v2/org/app/manifests/v9",
    {},
    { status: 404, code: "MANIFEST_UNKNOWN", message: /org\/app:v9/ },
  ],
  [
    "a blob",
    `/v2/org/app/blobs/${layer}`,
    {},
    { status: 200, headers: { "docker-content-digest": layer, "accept-ranges": "bytes" }, body: layerBytes },
  ],
  [
    "a part of a blob",
    `/v2/org/app/blobs/${layer}`,
    { headers: { range: "bytes=2-5" } },
    {
      status: 206,
      headers: { "content-range": `bytes 2-5/${layerBytes.length}` },
      body: layerBytes.subarray(2, 6),
    },
  ],
  [
    "the end of a blob",
    `/v2/org/app/blobs/${layer}`,
    { headers: { range: "bytes=-3" } },
    { status: 206, body: layerBytes.subarray(-3) },
  ],
  [
    "a part past a blob's end",
    `/v2/org/app/blobs/${layer}`,
    { headers: { range: "bytes=999999-" } },
    { status: 416, code: "RANGE_INVALID" },
  ],
  [
    "a part of another version",
    `/v2/org/app/blobs/${layer}`,
    { headers: { range: "bytes=2-5", "if-range": '"other"' } },
    { status: 200, body: layerBytes },
  ],
  [
    "an unknown blob with a sha512 digest",
    `/v2/${LONG_NAME}/blobs/${SHA512}`,
    {},
    { status: 404, code: "BLOB_UNKNOWN" },
  ],
  [
    "a one-part name",
    "/v2/mysql/manifests/v1",
    {},
    { status: 400, code: "NAME_INVALID", message: /use org\/name/ },
  ],
  [
    "an upper-case name",
    "/v2/Org/app/manifests/v1",
    {},
    { status: 400, code: "NAME_INVALID", message: /lower case/ },
  ],
  [
    "a bad tag",
    "/v2/org/app/manifests/.v1",
    {},
    { status: 400, code: "TAG_INVALID", message: /begins with/ },
  ],
  [
    "a bad digest",
    "/v2/org/app/blobs/sha256:xyz",
    {},
    { status: 400, code: "DIGEST_INVALID", message: /64 lower-case hex/ },
  ],
  [
    "a manifest that is not JSON",
    "/v2/org/app/manifests/v2",
    { method: "PUT", headers: manifestHeaders, body: "{" },
    { status: 400, code: "MANIFEST_INVALID", message: /not JSON/ },
  ],
  [
    "a manifest of a wrong shape",
    "/v2/org/app/manifests/v2",
    { method: "PUT", headers: manifestHeaders, body: '{"schemaVersion":2,"layers":1}' },
    { status: 400, code: "MANIFEST_INVALID", message: /layers/ },
  ],
  [
    "a manifest under a wrong digest",
    `/v2/org/app/manifests/${digestOf(Buffer.from("x"))}`,
    { method: "PUT", headers: manifestHeaders, body: image.manifest.toString() },
    { status: 400, code: "DIGEST_INVALID" },
  ],
  [
    "a manifest over the limit",
    "/v2/org/app/manifests/v2",
    { method: "PUT", headers: manifestHeaders, body: Buffer.alloc(MAX_MANIFEST_BYTES + 1, " ") },
    { status: 413, code: "SIZE_INVALID", message: /at most 4194304 bytes/ },
  ],
  [
    "an upload that vanished",
    upload("0f8fad5b-d9cb-469f-a165-70867728950e"),
    { method: "PATCH", body: "x" },
    { status: 404, code: "BLOB_UPLOAD_UNKNOWN", message: /start a new one/ },
  ],
  ["an upload whose id is a path", upload("..%2f..%2fetc"), { method: "PATCH", body: "x" }, { status: 404 }],
  [
    "a blob in one request",
    upload(`?digest=${digestOf(Buffer.from("one"))}`),
    { method: "POST", body: "one" },
    { status: 201, headers: { location: `/v2/org/app/blobs/${digestOf(Buffer.from("one"))}` } },
  ],
  [
    "a blob in one request with a wrong digest",
    upload(`?digest=${digestOf(Buffer.from("two"))}`),
    { method: "POST", body: "one" },
    { status: 400, code: "DIGEST_INVALID", message: /have digest sha256:/ },
  ],
  [
    "a mount from nowhere",
    upload(`?mount=${layer}&from=org/none`),
    { method: "POST" },
    { status: 202, headers: { location: /^\/v2\/org\/app\/blobs\/uploads\// } },
  ],
  [
    "tags",
    "/v2/org/app/tags/list",
    {},
    { status: 200, body: Buffer.from('{"name":"org/app","tags":["latest","v1"]}') },
  ],
  [
    "a page of tags",
    "/v2/org/app/tags/list?n=1",
    {},
    {
      status: 200,
      headers: { link: '</v2/org/app/tags/list?n=1&last=latest>; rel="next"' },
      body: Buffer.from('{"name":"org/app","tags":["latest"]}'),
    },
  ],
  ["a page without end", "/v2/org/app/tags/list?n=99999999999999999999", {}, { status: 200 }],
  ["a bad page", "/v2/org/app/tags/list?n=x", {}, { status: 400, code: "PAGINATION_NUMBER_INVALID" }],
  ["tags of an unknown repository", "/v2/org/none/tags/list", {}, { status: 404, code: "NAME_UNKNOWN" }],
  [
    "referrers of an image that has none",
    `/v2/org/app/referrers/${image.digest}`,
    {},
    { status: 200, headers: { "content-type": OCI_INDEX } },
  ],
  [
    "a method that is no route's",
    "/v2/org/app/tags/list",
    { method: "POST" },
    { status: 405, code: "UNSUPPORTED" },
  ],
  [
    "a delete of the alias",
    "/v2/org/app/manifests/latest",
    { method: "DELETE" },
    { status: 403, code: "DENIED", message: /nobody pushed it/ },
  ],
  [
    "a delete of a blob in use",
    `/v2/org/app/blobs/${layer}`,
    { method: "DELETE" },
    { status: 405, code: "UNSUPPORTED", message: /delete that first/, headers: { allow: "GET, HEAD" } },
  ],
];

for (const [what, path, asked, answer] of TABLE) {
  test(`${what}: ${answer.status}`, () =>
    ask(path, { ...asked, headers: { authorization: hub.admin, ...asked.headers } }, answer));
}

test("without credentials every address is 401 with the challenge that names its scope", async () => {
  for (const [path, scope] of [
    ["/v2/", undefined],
    ["/v2/org/app/manifests/v1", "repository:org/app:pull"],
    ["/v2/org/app/blobs/uploads/", "repository:org/app:pull,push"],
    ["/v2/_catalog", "registry:catalog:*"],
  ] as const) {
    const response = await fetch(hub.url + path, { method: path.endsWith("uploads/") ? "POST" : "GET" });
    assert.equal(response.status, 401);
    const suffix = scope === undefined ? "" : `,scope="${scope}"`;
    assert.equal(
      response.headers.get("www-authenticate"),
      `Bearer realm="${hub.url}/token",service="imagehub"${suffix}`,
    );
  }
});

test("anonymous pulls what is public and pushes nothing", async () => {
  const authorization = await bearer(hub, ["repository:org/app:pull,push"]);
  await ask("/v2/org/app/manifests/v1", { headers: { authorization } }, { status: 200 });
  const refused = {
    status: 401,
    code: "UNAUTHORIZED",
    headers: { "www-authenticate": /scope="repository:org\/app:pull,push",error="insufficient_scope"$/ },
  };
  await ask("/v2/org/app/blobs/uploads/", { method: "POST", headers: { authorization } }, refused);
});

test("a private repository and an absent one look alike", async () => {
  await pushImage(hub, image, { repository: "secret/app", reference: "v1" });
  await makePrivate(hub, "secret/app");
  const bodies = await Promise.all(
    ["secret/app", "absent/app"].map(async (name) => {
      const authorization = await bearer(hub, [`repository:${name}:pull`]);
      const response = await fetch(`${hub.url}/v2/${name}/manifests/v1`, { headers: { authorization } });
      return `${response.status} ${await response.text()}`.replaceAll(name, "NAME");
    }),
  );
  assert.equal(bodies[0], bodies[1]);
  assert.match(bodies[0] ?? "", /^401/);
});

test("a user pushes to an organization that nobody made, and it is the user's from then on", async () => {
  for (const name of ["alice", "bob"]) {
    await ask(
      "/api/v1/users",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name, password: "correct horse" }),
      },
      { status: 201 },
    );
  }
  const alice = await bearer(hub, ["repository:fresh/app:pull,push"], basic("alice", "correct horse"));
  // Bob's token is as old as Alice's, of a time when the organization was nobody's.
  const bob = await bearer(hub, ["repository:fresh/app:pull,push"], basic("bob", "correct horse"));
  await pushImage(hub, image, { repository: "fresh/app", reference: "v1", authorization: alice });
  await ask(
    "/v2/fresh/app/blobs/uploads/",
    { method: "POST", headers: { authorization: bob } },
    { status: 403, code: "DENIED" },
  );
});

test("a push by a user to a reserved organization that is not there is DENIED, and says what to do", async () => {
  const password = "correct horse";
  await hub.context.accounts.register({ name: "carol", password });
  for (const name of ["v1/x", "token/x", "anonymous/x", "library/x"]) {
    const authorization = await bearer(hub, [`repository:${name}:pull,push`], basic("carol", password));
    // Clients ask first what is there: only the answer to what comes then can say why.
    await ask(`/v2/${name}/blobs/${layer}`, { method: "HEAD", headers: { authorization } }, { status: 404 });
    for (const [path, method] of [
      [`/v2/${name}/blobs/uploads/`, "POST"],
      [`/v2/${name}/manifests/v1`, "PUT"],
    ] as const) {
      await ask(
        path,
        { method, headers: { authorization, ...manifestHeaders } },
        {
          status: 403,
          code: "DENIED",
          message: /is not there, and its name is reserved; choose another, or/,
        },
      );
    }
  }
});

test("a reserved organization that an administrator made is its members' to push to", async () => {
  const password = "correct horse";
  await hub.context.accounts.register({ name: "dave", password });
  await pushImage(hub, image, { repository: "system/app", reference: "v1" });
  await hub.context.policies.set("system", {
    defaultVisibility: "public",
    members: [{ kind: "User", name: "dave", role: "publisher" }],
  });
  const authorization = await bearer(hub, ["repository:system/app:pull,push"], basic("dave", password));
  await pushImage(hub, image, { repository: "system/app", reference: "v2", authorization });
});

test("a wrong password is 401 at the token route, in both its forms", async () => {
  const get = await fetch(`${hub.url}/token`, { headers: { authorization: basic("admin", "wrong") } });
  assert.equal(get.status, 401);
  const post = await fetch(`${hub.url}/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", username: "admin", password: "wrong" }),
  });
  assert.equal(post.status, 401);
});

test("an empty name and password are anonymous, as docker search sends them over TLS", async () => {
  const headers = { authorization: basic("", "") };
  await ask("/v1/search?q=app", { headers }, { status: 200 });
  await ask("/token", { headers }, { status: 200 });
  await ask("/v2/", { headers }, { status: 401, code: "UNAUTHORIZED", message: /get a token/ });
});

test("the OAuth 2 form gives a token that works", async () => {
  const form = new URLSearchParams({
    grant_type: "password",
    service: "imagehub",
    client_id: "docker",
    username: "admin",
    password: "correct horse battery",
    scope: "repository:org/app:pull",
  });
  const response = await fetch(`${hub.url}/token`, { method: "POST", body: form });
  const { access_token: token } = (await response.json()) as { access_token: string };
  await ask("/v2/org/app/manifests/v1", { headers: { authorization: `Bearer ${token}` } }, { status: 200 });
});

test("a token that was tampered with is refused", async () => {
  const authorization = await bearer(hub, ["repository:org/app:pull"], hub.admin);
  const tampered = `${authorization.slice(0, -4)}AAAA`;
  await ask(
    "/v2/org/app/manifests/v1",
    { headers: { authorization: tampered } },
    { status: 401, headers: { "www-authenticate": /error="invalid_token"/ } },
  );
});

test("a chunk out of order is 416 with what the upload holds, and the upload goes on", async () => {
  const headers = { authorization: hub.admin };
  const started = await fetch(`${hub.url}/v2/org/app/blobs/uploads/`, { method: "POST", headers });
  const location = started.headers.get("location") ?? "";
  await ask(
    location,
    { method: "PATCH", headers: { ...headers, "content-range": "0-2" }, body: "abc" },
    { status: 202, headers: { range: "0-2" } },
  );
  await ask(
    location,
    { method: "PATCH", headers: { ...headers, "content-range": "5-7" }, body: "xyz" },
    { status: 416, code: "RANGE_INVALID", headers: { location, range: "0-2" } },
  );
  for (const range of ["2-1", "nonsense"]) {
    await ask(
      location,
      { method: "PATCH", headers: { ...headers, "content-range": range }, body: "xyz" },
      { status: 416, code: "RANGE_INVALID", headers: { location, range: "0-2" } },
    );
  }
  await ask(location, { headers }, { status: 204, headers: { range: "0-2", "content-length": null } });
  await ask(
    `${location}?digest=${digestOf(Buffer.from("abcdef"))}`,
    { method: "PUT", headers: { ...headers, "content-range": "3-5" }, body: "def" },
    { status: 201 },
  );
});

test("a chunk of another length than its range is refused, and says what the upload holds", async () => {
  const headers = { authorization: hub.admin };
  const started = await fetch(`${hub.url}/v2/org/app/blobs/uploads/`, { method: "POST", headers });
  const location = started.headers.get("location") ?? "";
  const range = { ...headers, "content-range": "0-9" };
  await ask(
    location,
    { method: "PATCH", headers: range, body: "abc" },
    { status: 400, code: "SIZE_INVALID", headers: { location, range: "0-0" } },
  );
  // Streamed, its length is known when it has come.
  const streamed = await fetch(hub.url + location, {
    method: "PATCH",
    headers: range,
    body: new Blob(["abc"]).stream(),
    duplex: "half",
  });
  assert.deepEqual([streamed.status, streamed.headers.get("range")], [400, "0-2"]);
  assert.match(await streamed.text(), /SIZE_INVALID.*Content-Range 0-9 is of 10 bytes, the body of 3/);
  await ask(
    `${location}?digest=${digestOf(Buffer.from("abcdef"))}`,
    { method: "PUT", headers: { ...headers, "content-range": "3-5" }, body: "def" },
    { status: 201 },
  );
});

test("a refused upload of one request says of no place to go on, since nothing of it is left", async () => {
  const path = `/v2/org/app/blobs/uploads/?digest=${digestOf(Buffer.from("abc"))}`;
  for (const [range, status] of [
    ["3-5", 416],
    ["0-9", 400],
    ["nonsense", 416],
  ] as const) {
    const headers = { authorization: hub.admin, "content-range": range };
    const nowhere = { location: null, range: null, "docker-upload-uuid": null };
    await ask(path, { method: "POST", headers, body: "abc" }, { status, headers: nowhere });
  }
});

test("a push to a one-part name ends at once, with the hint: DENIED is an end to all, and all that Docker reads", async () => {
  for (const [agent, expected] of [
    ["skopeo/1.0", ["NAME_INVALID", "DENIED"]],
    ["docker/20.10.24 go/go1.19.8", ["DENIED", "NAME_INVALID"]],
  ] as const) {
    const headers = { authorization: hub.admin, "user-agent": agent };
    const response = await fetch(`${hub.url}/v2/mysql/blobs/uploads/`, { method: "POST", headers });
    assert.equal(response.status, 400);
    const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
    assert.deepEqual(
      errors.map(({ code }) => code),
      expected,
    );
    for (const { message } of errors) assert.match(message, /use org\/name, for example library\/mysql/);
  }
});

test("a refused body is not read to its end", async () => {
  const { promise, resolve } = Promise.withResolvers<{ status: number | undefined; sentBytes: number }>();
  let sentBytes = 0;
  const request = httpRequest(`${hub.url}/v2/org/app/blobs/uploads/${crypto.randomUUID()}`, {
    method: "PATCH",
    headers: { authorization: hub.admin },
  });
  const chunk = Buffer.alloc(256 * 1024);
  const pump = (): void => {
    while (!request.destroyed && sentBytes < 512 * 1024 * 1024) {
      sentBytes += chunk.length;
      if (!request.write(chunk)) {
        request.once("drain", pump);
        return;
      }
    }
  };
  request.on("response", (response) => {
    response.resume();
    response.on("close", () => resolve({ status: response.statusCode, sentBytes }));
  });
  request.on("error", () => undefined);
  pump();
  const outcome = await promise;
  request.destroy();
  assert.equal(outcome.status, 404);
  assert.ok(outcome.sentBytes < 64 * 1024 * 1024, `${outcome.sentBytes} bytes were taken`);
});

test("a client that sends Expect: 100-continue is refused before it sends its body", async () => {
  const { promise, resolve } = Promise.withResolvers<{ status: number | undefined; continued: boolean }>();
  let continued = false;
  const request = httpRequest(`${hub.url}/v2/org/app/blobs/uploads/${crypto.randomUUID()}`, {
    method: "PATCH",
    headers: { authorization: hub.admin, expect: "100-continue", "content-length": 1000 },
  });
  request.on("continue", () => (continued = true));
  request.on("response", (response) => {
    response.resume();
    resolve({ status: response.statusCode, continued });
  });
  request.on("error", () => undefined);
  request.flushHeaders();
  assert.deepEqual(await promise, { status: 404, continued: false });
  request.destroy();
});
