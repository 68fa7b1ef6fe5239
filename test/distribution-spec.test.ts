import assert from "node:assert/strict";
import { after, test } from "node:test";
import { digestOf } from "../src/oci/digest.ts";
import { OCI_ARTIFACT, OCI_INDEX, OCI_MANIFEST } from "../src/oci/media-types.ts";
import { parseRepositoryName } from "../src/oci/reference.ts";
import { newResource } from "../src/resources/kinds.ts";
import { askAt, type Answer, type Asked } from "./ask.ts";
import { eventually } from "./controllers-hub.ts";
import { buildImage, buildIndex, type TestImage } from "./image-builder.ts";
import { bearer, pushBlob, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
const ask = askAt(hub);
after(() => hub.stop());

const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
await pushImage(hub, image, { repository: "org/app", reference: "v1" });
const [, layer] = [...image.blobs.keys()];
assert.ok(layer);
const layerBytes = Buffer.from(image.blobs.get(layer) ?? []);

const manifest = "/v2/org/app/manifests/v1";
const blob = `/v2/org/app/blobs/${layer}`;
const absent = digestOf(Buffer.from("other"));
const byDigest = `/v2/org/app/manifests/${image.digest}`;
const push: Asked = {
  method: "PUT",
  headers: { "content-type": OCI_MANIFEST },
  body: Buffer.from(image.manifest),
};
const foreign = JSON.stringify({
  ...JSON.parse(Buffer.from(image.manifest).toString()),
  layers: [{ mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar", digest: absent, size: 1 }],
});
const tags = (count: number) => Array.from({ length: count }, (_, index) => `tag=t${index}`).join("&");

/** What the specifications ask beyond the conformance program: request by the administrator → answer. */
const TABLE: [string, string, Asked, Answer][] = [
  // RFC 9110 §14.2: a server may refuse several ranges, and ones that are not of the grammar.
  [
    "several ranges",
    blob,
    { headers: { range: "bytes=0-1,4-5" } },
    {
      status: 416,
      code: "RANGE_INVALID",
      message: /expected one range/,
      headers: { "content-range": `bytes */${layerBytes.length}` },
    },
  ],
  [
    "a range that ends before it begins",
    blob,
    { headers: { range: "bytes=9-0" } },
    { status: 416, code: "RANGE_INVALID" },
  ],
  [
    "a range of another unit",
    blob,
    { headers: { range: "lines=0-1" } },
    { status: 200, headers: { "content-range": null }, body: layerBytes },
  ],
  [
    "tags beside a digest",
    `${byDigest}?tag=v2&tag=v3&tag=v2`,
    push,
    { status: 201, headers: { "oci-tag": "v2, v3", "docker-content-digest": image.digest } },
  ],
  [
    "tags beside a tag",
    `${manifest}?tag=v2`,
    push,
    { status: 400, code: "TAG_INVALID", message: /beside tag v1: expected a digest/ },
  ],
  ["no tags beside a digest", byDigest, push, { status: 201, headers: { "oci-tag": null } }],
  ["a bad tag beside a digest", `${byDigest}?tag=-x`, push, { status: 400, code: "TAG_INVALID" }],
  ["ten tags at once", `${byDigest}?${tags(10)}`, push, { status: 201, headers: { "oci-tag": /t0, .*t9$/ } }],
  ["tags without end", `${byDigest}?${tags(51)}`, push, { status: 414, code: "TAG_INVALID" }],
  // RFC 9110 §13.1.2: a list, weak or strong, or any.
  ...["*", `"other", "${image.digest}"`, `W/"${image.digest}"`].map((known): (typeof TABLE)[number] => [
    `a manifest whose client has ${known.slice(0, 12)}`,
    manifest,
    { headers: { "if-none-match": known } },
    // RFC 9110 §8.6: a length would be that of the manifest.
    { status: 304, headers: { etag: `"${image.digest}"`, "content-length": null }, body: Buffer.alloc(0) },
  ]),
  [
    "a manifest whose client has others",
    manifest,
    { headers: { "if-none-match": '"other", "another"' } },
    { status: 200 },
  ],
  [
    "a manifest that is not there, for a client that takes any",
    "/v2/org/app/manifests/v9",
    { headers: { "if-none-match": "*" } },
    { status: 404 },
  ],
  ["a blob whose client has any", blob, { headers: { "if-none-match": "*" } }, { status: 304 }],
  [
    "a blob whose client has a list, though it asks for a part",
    blob,
    { headers: { "if-none-match": `"x", "${layer}"`, range: "bytes=0-1" } },
    { status: 304 },
  ],
  // RFC 9110 §13.1.1: what the client counts on is not so, and nothing is done.
  ...[manifest, blob].flatMap((path): (typeof TABLE)[number][] => [
    [
      "a read if it is another one",
      path,
      { headers: { "if-match": `"${absent}"` } },
      { status: 412, code: "PRECONDITION_FAILED" },
    ],
    ["a read if it is there", path, { headers: { "if-match": "*" } }, { status: 200 }],
    [
      "a read if it is the same",
      path,
      { headers: { "if-match": `"x", "${image.digest}", "${layer}"` } },
      { status: 200 },
    ],
    [
      "a read if it is the same, by a weak tag",
      path,
      { headers: { "if-match": `W/"${image.digest}", W/"${layer}"` } },
      { status: 412 },
    ],
  ]),
  // A write that is done whatever its condition says would be a lost update.
  ...["if-match", "if-none-match", "if-unmodified-since"].flatMap((name): (typeof TABLE)[number][] => [
    [
      `a push with ${name}`,
      "/v2/org/app/manifests/conditional",
      { ...push, headers: { ...push.headers, [name]: "*" } },
      { status: 412, code: "PRECONDITION_FAILED", message: /expected no If-/ },
    ],
    [
      `a deletion with ${name}`,
      manifest,
      { method: "DELETE", headers: { [name]: `"${absent}"` } },
      { status: 412, code: "PRECONDITION_FAILED" },
    ],
  ]),
  ["a push that was refused by its condition", "/v2/org/app/manifests/conditional", {}, { status: 404 }],
  ["a manifest in a form of today", byDigest, push, { status: 201, headers: { warning: null } }],
  [
    "a manifest in the form that OCI withdrew",
    "/v2/org/old/manifests/v1",
    {
      method: "PUT",
      headers: { "content-type": OCI_ARTIFACT },
      body: JSON.stringify({ mediaType: OCI_ARTIFACT, artifactType: "a/b", blobs: [] }),
    },
    { status: 201, headers: { warning: /^299 - "OCI withdrew artifact manifests: [^"]+"$/ } },
  ],
  [
    "an image with a layer that lives elsewhere",
    "/v2/org/app/manifests/foreign",
    { ...push, body: foreign },
    { status: 201, headers: { warning: /^299 - "OCI deprecated non-distributable layers: [^"]+"$/ } },
  ],
  [
    "referrers of an unknown digest",
    `/v2/org/app/referrers/${absent}`,
    {},
    { status: 200, headers: { "content-type": OCI_INDEX, "oci-filters-applied": null, link: null } },
  ],
  [
    "referrers of one type",
    `/v2/org/app/referrers/${absent}?artifactType=a/b`,
    {},
    { status: 200, headers: { "oci-filters-applied": "artifactType" } },
  ],
  ["referrers of a tag", "/v2/org/app/referrers/v1", {}, { status: 400, code: "DIGEST_INVALID" }],
  [
    "a mount of what is nowhere",
    `/v2/org/app/blobs/uploads/?mount=${absent}`,
    { method: "POST" },
    { status: 202, headers: { location: /^\/v2\/org\/app\/blobs\/uploads\// } },
  ],
  [
    "a mount from a name that is no repository's",
    `/v2/org/app/blobs/uploads/?mount=${layer}&from=mysql`,
    { method: "POST" },
    { status: 202 },
  ],
  [
    "an upload by an algorithm that is not taken",
    "/v2/org/app/blobs/uploads/?digest-algorithm=md5",
    { method: "POST" },
    { status: 400, code: "DIGEST_INVALID", message: /"md5": expected sha256 or sha512/ },
  ],
  [
    "an upload by sha512",
    "/v2/org/app/blobs/uploads/?digest-algorithm=sha512",
    { method: "POST" },
    { status: 202, headers: { location: /\?digest-algorithm=sha512$/ } },
  ],
  // RFC 9110 §15.5.6: 405 names what is taken.
  ...(
    [
      ["/v2/", "PUT", "GET, HEAD"],
      ["/v2/org/app/tags/list", "POST", "GET, HEAD"],
      [manifest, "PATCH", "GET, HEAD, PUT, DELETE"],
      [blob, "PUT", "GET, HEAD, DELETE"],
      ["/v2/org/app/blobs/uploads/", "GET", "POST"],
    ] as const
  ).map(([path, method, allow]): (typeof TABLE)[number] => [
    `${method} where it is no method`,
    path,
    { method },
    { status: 405, code: "UNSUPPORTED", headers: { allow } },
  ]),
  [
    "a mount of no digest",
    "/v2/org/app/blobs/uploads/?mount=sha256:x&from=org/app",
    { method: "POST" },
    { status: 400, code: "DIGEST_INVALID" },
  ],
];

for (const [what, path, asked, answer] of TABLE) {
  test(`${what}: ${answer.status}`, () =>
    ask(path, { ...asked, headers: { authorization: hub.admin, ...asked.headers } }, answer));
}

test("HEAD says what GET says, in every header", async () => {
  const headers = { authorization: hub.admin };
  const paths = [manifest, byDigest, blob, "/v2/", "/v2/_catalog", "/v2/org/app/tags/list"];
  for (const path of [...paths, `/v2/org/app/referrers/${image.digest}`]) {
    const [get, head] = await Promise.all(
      ["GET", "HEAD"].map((method) => fetch(hub.url + path, { method, headers })),
    );
    assert.ok(get && head);
    assert.deepEqual(plainHeaders(head), plainHeaders(get), path);
    assert.equal(head.status, 200);
    assert.equal(Number(head.headers.get("content-length")), (await get.arrayBuffer()).byteLength, path);
  }
});

test("referrers come in pages whose Links keep the filter, each once", async () => {
  const pushed = await Promise.all(
    ["1", "2", "3"].map((text) => pushReferrer("org/pages", { artifactType: "a/sbom", text })),
  );
  await pushReferrer("org/pages", { artifactType: "a/signature", text: "4" });
  const seen: string[] = [];
  let path: string | undefined = `/v2/org/pages/referrers/${image.digest}?artifactType=a/sbom&n=2`;
  let pages = 0;
  while (path !== undefined && pages < 10) {
    pages += 1;
    const response: Response = await fetch(hub.url + path, { headers: { authorization: hub.admin } });
    assert.equal(response.headers.get("oci-filters-applied"), "artifactType");
    const { manifests } = (await response.json()) as { manifests: { digest: string }[] };
    seen.push(...manifests.map(({ digest }) => digest));
    path = /^<(.*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
  }
  assert.deepEqual([pages, seen], [2, pushed.map(({ digest }) => digest).toSorted()]);
});

test("referrers are filtered by a type with a plus, escaped or not", async () => {
  const { digest } = await pushReferrer("org/plus", { artifactType: "a/sbom+json", text: "1" });
  for (const artifactType of ["a/sbom+json", "a/sbom%2Bjson"]) {
    const response = await fetch(
      `${hub.url}/v2/org/plus/referrers/${image.digest}?artifactType=${artifactType}`,
      { headers: { authorization: hub.admin } },
    );
    assert.equal(response.headers.get("oci-filters-applied"), "artifactType");
    const { manifests } = (await response.json()) as { manifests: { digest: string }[] };
    assert.deepEqual(
      manifests.map((referrer) => referrer.digest),
      [digest],
      artifactType,
    );
  }
});

test("what a client lists in a tag for referrers is listed by the API, once, whichever came first", async () => {
  for (const order of ["referrer first", "list first"]) {
    const repository = `org/${order.replace(" ", "-")}`;
    const referrer = await buildReferrer({ artifactType: "a/sbom", text: order });
    const stranger = await buildImage({ manifest: { artifactType: "a/b" } });
    const list = buildIndex([{ image: referrer }, { image: stranger }]);
    if (order === "referrer first")
      await pushImage(hub, referrer, { repository, reference: referrer.digest });
    const tag = image.digest.replace(":", "-");
    await ask(
      `/v2/${repository}/manifests/${tag}`,
      {
        method: "PUT",
        headers: { authorization: hub.admin, "content-type": OCI_INDEX },
        body: Buffer.from(list.manifest),
      },
      { status: 201, headers: { warning: /^299 - "This registry lists referrers by itself: [^"]+"$/ } },
    );
    for (const child of [referrer, stranger])
      await pushImage(hub, child, { repository, reference: child.digest });
    const response = await fetch(`${hub.url}/v2/${repository}/referrers/${image.digest}`, {
      headers: { authorization: hub.admin },
    });
    const { manifests } = (await response.json()) as {
      manifests: { digest: string; artifactType: string }[];
    };
    assert.deepEqual(
      manifests.map(({ digest, artifactType }) => ({ digest, artifactType })),
      [{ digest: referrer.digest, artifactType: "a/sbom" }],
    );
    await ask(
      `/v2/${repository}/manifests/latest`,
      { headers: { authorization: hub.admin } },
      { status: 404 },
    );
  }
});

test("the catalog lists what has a tag, an artifact's too, in pages", async () => {
  const other = await startTestHub();
  after(() => other.stop());
  const artifact = await buildImage({ manifest: { artifactType: "a/notes" } });
  for (const repository of ["org/a", "org/c"]) await pushImage(other, image, { repository, reference: "v1" });
  await pushImage(other, artifact, { repository: "org/b", reference: "notes" });
  await pushImage(other, image, { repository: "org/untagged", reference: image.digest });
  const headers = { authorization: other.admin };
  await askAt(other)(
    "/v2/_catalog?n=2",
    { headers },
    {
      status: 200,
      headers: { link: '</v2/_catalog?n=2&last=org%2Fb>; rel="next"' },
      body: Buffer.from('{"repositories":["org/a","org/b"]}'),
    },
  );
  await askAt(other)(
    "/v2/_catalog?n=2&last=org/b",
    { headers },
    {
      status: 200,
      headers: { link: null },
      body: Buffer.from('{"repositories":["org/c"]}'),
    },
  );
});

test("a mount's challenge asks for the source as well", async () => {
  const response = await fetch(`${hub.url}/v2/org/new/blobs/uploads/?mount=${layer}&from=org/app`, {
    method: "POST",
  });
  assert.match(
    response.headers.get("www-authenticate") ?? "",
    /scope="repository:org\/new:pull,push repository:org\/app:pull"/,
  );
});

test("mounts, with and without a source, end at what the caller may read", async () => {
  const [secret, open] = [Buffer.from("secret"), Buffer.from("open")];
  await pushOne("hidden/app", secret);
  await pushOne("org/app", open);
  await hub.context.content.repositories.setPolicy("hidden/app" as never, {
    visibility: "private",
    immutableTags: [],
  });
  await register("alice");
  const alice = basic("alice", "correct horse");
  const token = await bearer(hub, ["repository:alice/app:pull,push"], alice);
  const both = ["repository:alice/app:pull,push", "repository:hidden/app:pull"];
  // A token that names the source, of somebody who may not read it, grants nothing of it.
  for (const authorization of [alice, token, await bearer(hub, both, alice)]) {
    await mounts({ digest: digestOf(secret), authorization }, 202);
    await mounts({ digest: digestOf(secret), from: "hidden/app", authorization }, 202);
    await mounts({ digest: digestOf(open), authorization }, 201);
    await mounts({ digest: digestOf(open), from: "org/app", authorization }, 201);
  }
  // The administrator may read it, but a token reads what it names.
  const admins = await bearer(hub, ["repository:alice/app:pull,push"], hub.admin);
  await mounts({ digest: digestOf(secret), authorization: admins }, 202);
  await mounts({ digest: digestOf(secret), from: "hidden/app", authorization: admins }, 202);
  for (const authorization of [await bearer(hub, both, hub.admin), hub.admin]) {
    await mounts({ digest: digestOf(secret), authorization }, 201);
    await mounts({ digest: digestOf(secret), from: "hidden/app", authorization }, 201);
  }
});

test("a tag that a Repository's immutableTags name is neither moved nor deleted, and the answer says the rule", async () => {
  const [first, second] = await Promise.all(
    ["1", "2"].map((text) => buildImage({ layers: [{ files: { text } }] })),
  );
  assert.ok(first && second);
  const spec = { name: "org/kept", immutableTags: ["v*"] };
  await hub.context.store.create(newResource("Repository", "org.kept", { spec }));
  await eventually(async () => {
    const record = await hub.context.content.repositories.find(parseRepositoryName("org/kept"));
    assert.deepEqual(record?.immutableTags, ["v*"]);
  });
  await pushImage(hub, first, { repository: "org/kept", reference: "v1" });
  await pushImage(hub, second, { repository: "org/kept", reference: "edge" });
  const headers = { authorization: hub.admin, "content-type": OCI_MANIFEST };
  const put = (pushed: typeof first): Asked => ({
    method: "PUT",
    headers,
    body: Buffer.from(pushed.manifest),
  });
  const v1 = "/v2/org/kept/manifests/v1";
  const denied: Answer = { status: 403, code: "DENIED", message: /v1 is immutable, .* "v\*"$/ };
  await ask(v1, put(second), denied);
  await ask(`/v2/org/kept/manifests/${second.digest}?tag=v2&tag=v1`, put(second), denied);
  await ask("/v2/org/kept/manifests/v2", { headers }, { status: 404 });
  await ask(v1, { method: "DELETE", headers }, denied);
  await ask(`/v2/org/kept/manifests/${first.digest}`, { method: "DELETE", headers }, denied);
  await ask(v1, put(first), { status: 201 });
  await ask("/v2/org/kept/manifests/edge", put(first), { status: 201 });
});

/** Mounts into alice/app, and takes the blob away again. */
async function mounts(
  { digest, from, authorization }: { digest: string; from?: string; authorization: string },
  status: 201 | 202,
): Promise<void> {
  const query = new URLSearchParams({ mount: digest, ...(from !== undefined && { from }) });
  await ask(
    `/v2/alice/app/blobs/uploads/?${query}`,
    { method: "POST", headers: { authorization } },
    { status, ...(status === 201 && { headers: { location: `/v2/alice/app/blobs/${digest}` } }) },
  );
  if (status === 202) return;
  const headers = { authorization: hub.admin };
  await ask(`/v2/alice/app/blobs/${digest}`, { method: "DELETE", headers }, { status: 202 });
}

async function pushOne(repository: string, bytes: Buffer): Promise<void> {
  await pushBlob(hub, { repository, digest: digestOf(bytes), bytes, authorization: hub.admin });
}

async function register(name: string): Promise<void> {
  const body = JSON.stringify({ name, password: "correct horse" });
  const headers = { "content-type": "application/json" };
  await ask("/api/v1/users", { method: "POST", headers, body }, { status: 201 });
}

function plainHeaders({ headers }: Response): Record<string, string> {
  const changing = new Set(["date", "connection", "keep-alive"]);
  return Object.fromEntries([...headers].filter(([name]) => !changing.has(name)));
}

function buildReferrer({ artifactType, text }: { artifactType: string; text: string }): Promise<TestImage> {
  const subject = { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length };
  return buildImage({ manifest: { subject, artifactType, annotations: { text } } });
}

async function pushReferrer(
  repository: string,
  options: { artifactType: string; text: string },
): Promise<TestImage> {
  const referrer = await buildReferrer(options);
  await pushImage(hub, referrer, { repository, reference: referrer.digest });
  return referrer;
}
