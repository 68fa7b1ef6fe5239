import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { digestOf, type Digest } from "../src/oci/digest.ts";
import { OCI_MANIFEST } from "../src/oci/media-types.ts";
import { askAt } from "./ask.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushBlob, pushImage } from "./registry-client.ts";
import { startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());
const ask = askAt(hub);
const headers = { authorization: hub.admin };
const absent = digestOf(Buffer.from("absent"));

const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
await pushImage(hub, image, { repository: "org/app", reference: "v1" });
const json = JSON.parse(image.manifest.toString()) as { layers: { digest: Digest; size: number }[] };
const [layer] = json.layers;
assert.ok(layer);

test("a manifest with a wrong size or an unknown blob is refused, and says which", async () => {
  const put = (layers: object[]) => ({
    method: "PUT",
    headers: { ...headers, "content-type": OCI_MANIFEST },
    body: JSON.stringify({ ...json, layers }),
  });
  await ask("/v2/org/app/manifests/v2", put([{ ...layer, size: layer.size + 1 }]), {
    status: 400,
    code: "SIZE_INVALID",
    message: new RegExp(`${layer.digest}.*${layer.size}`),
  });
  await ask("/v2/org/app/manifests/v2", put([{ ...layer, digest: absent }]), {
    status: 404,
    code: "MANIFEST_BLOB_UNKNOWN",
    message: new RegExp(absent),
  });
  // What another repository holds is not this one's.
  await ask("/v2/org/other/manifests/v2", put([layer]), { status: 404, code: "MANIFEST_BLOB_UNKNOWN" });
  await ask("/v2/org/app/manifests/v2", { headers }, { status: 404, code: "MANIFEST_UNKNOWN" });
});

const CUTS: [string, string, string, string][] = [
  ["a chunk with a length", "PATCH", "content-length: 6", "abc"],
  ["a chunk without a length", "PATCH", "transfer-encoding: chunked", "3\r\nabc\r\n"],
  ["the last chunk", "PUT", "content-length: 6", "abc"],
];

for (const [what, method, header, body] of CUTS) {
  test(`an upload goes on after ${what} was cut off in the middle`, { timeout: 20_000 }, async () => {
    const location = await beginUpload();
    const digest = digestOf(Buffer.from("abcdef"));
    const query = method === "PUT" ? `?digest=${digest}` : "";
    await cutOff(`${method} ${location}${query} HTTP/1.1\r\n${header}`, body);
    while ((await rangeOf(location)) !== "0-2");
    await ask(`/v2/org/app/blobs/${digest}`, { headers }, { status: 404, code: "BLOB_UNKNOWN" });
    await patchRest(location, { "content-range": "3-5" }, "def");
    await ask(`${location}?digest=${digest}`, { method: "PUT", headers }, { status: 201 });
    await ask(`/v2/org/app/blobs/${digest}`, { headers }, { status: 200, body: Buffer.from("abcdef") });
    await ask(`/v2/org/app/blobs/${digest}`, { method: "DELETE", headers }, { status: 202 });
  });
}

test("a manifest that was cut off in the middle is not there", async () => {
  const half = image.manifest.subarray(0, image.manifest.length / 2).toString();
  await cutOff(
    `PUT /v2/org/app/manifests/cut HTTP/1.1\r\ncontent-type: ${OCI_MANIFEST}\r\ncontent-length: ${image.manifest.length}`,
    half,
  );
  await ask("/v2/org/app/manifests/cut", { headers }, { status: 404, code: "MANIFEST_UNKNOWN" });
});

test("a wrong digest leaves the upload as it was", async () => {
  const location = await beginUpload();
  await ask(location, { method: "PATCH", headers, body: "abc" }, { status: 202, headers: { range: "0-2" } });
  const wrong = `${location}?digest=${absent}`;
  await ask(wrong, { method: "PUT", headers }, { status: 400, code: "DIGEST_INVALID", message: /3 bytes/ });
  await ask(location, { headers }, { status: 204, headers: { range: "0-2" } });
  await ask(location, { method: "DELETE", headers }, { status: 204 });
  await ask(location, { headers }, { status: 404, code: "BLOB_UPLOAD_UNKNOWN" });
});

test("a blob in one request whose digest is another leaves nothing", async () => {
  const { storage, database } = hub.context;
  const left = async () => [
    (await Array.fromAsync(storage.listUploads())).length,
    (await database.read.selectFrom("uploads").select("id").execute()).length,
  ];
  const before = await left();
  const path = `/v2/org/app/blobs/uploads/?digest=${absent}`;
  const post = { method: "POST", headers, body: "other bytes" };
  await ask(path, post, { status: 400, code: "DIGEST_INVALID" });
  assert.deepEqual(await left(), before);
});

test("an address with NUL, and one that takes no such method, are refused by each API in its form", async () => {
  const referrers = `/v2/org/app/referrers/${absent}?artifactType=%00`;
  await ask(referrers, { headers }, { status: 400, code: "NAME_INVALID", message: /%00/ });
  for (const [path, form] of [
    ["/api/v1/deleted?organization=%00", "detail"],
    ["/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/images/%00", "message"],
    ["/api/v1/namespaces/%00", "message"],
    ["/api/v1?labelSelector=%00", "message"],
  ] as const) {
    const response = await fetch(hub.url + path, { headers });
    const error = (await response.json()) as Record<typeof form, string>;
    assert.deepEqual([response.status, /%00/.test(error[form])], [400, true], path);
  }
  for (const path of ["/api", "/api/v1"]) {
    const response = await fetch(hub.url + path, { method: "POST", headers });
    assert.deepEqual([response.status, ((await response.json()) as { kind?: string }).kind], [404, "Status"]);
  }
});

test("of two pushes of one tag at once one wins, whole, and both are there by digest", async () => {
  const images = await Promise.all(
    ["one", "two", "three", "four"].map((name) => buildImage({ layers: [{ files: { name } }] })),
  );
  await Promise.all(images.map((each) => pushImage(hub, each, { repository: "org/race", reference: "v1" })));
  const winner = await fetch(`${hub.url}/v2/org/race/manifests/v1`, { headers });
  const bytes = Buffer.from(await winner.arrayBuffer());
  assert.ok(images.some((each) => bytes.equals(each.manifest)));
  assert.equal(digestOf(bytes), winner.headers.get("docker-content-digest"));
  for (const { digest, manifest } of images) {
    const answer = { status: 200, body: Buffer.from(manifest) };
    await ask(`/v2/org/race/manifests/${digest}`, { headers }, answer);
  }
});

test("a name of 255 characters and sha512 digests fit every route", async () => {
  const name = `org/${"a".repeat(251)}`;
  const bytes = Buffer.from("sha512");
  const digest = digestOf(bytes, "sha512");
  const tag = `t${"x".repeat(127)}`;
  await pushBlob(hub, { repository: name, digest, bytes, authorization: hub.admin });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: bytes.length },
      layers: [],
    }),
  );
  const reference = digestOf(manifest, "sha512");
  const put = { method: "PUT", headers: { ...headers, "content-type": OCI_MANIFEST }, body: manifest };
  const created = { status: 201, headers: { "docker-content-digest": reference } };
  await ask(`/v2/${name}/manifests/${reference}?tag=${tag}`, put, created);
  const routes: [string, string, number][] = [
    ["GET", `manifests/${reference}`, 200],
    ["HEAD", `manifests/${tag}`, 200],
    ["GET", `blobs/${digest}`, 200],
    ["GET", "tags/list", 200],
    ["GET", `referrers/${reference}`, 200],
    ["POST", `blobs/uploads/?mount=${digest}&from=${name}`, 201],
    ["DELETE", `manifests/${reference}`, 202],
  ];
  for (const [method, path, status] of routes)
    await ask(`/v2/${name}/${path}`, { method, headers }, { status });
  const authorization = await bearer(hub, [`repository:${name}:pull`], hub.admin);
  await ask(`/v2/${name}/blobs/${digest}`, { headers: { authorization } }, { status: 200 });
  await ask(`/v2/${name}a/tags/list`, { headers }, { status: 400, code: "NAME_INVALID", message: /255/ });
});

test("no answer of /v2 is a page", async () => {
  const paths = [
    "/v2/",
    "/v2",
    "/v2/nothing/here/at/all",
    "/v2/org/app/manifests/v1",
    "/v2/%zz",
    "/v2/<b>/x/tags/list",
  ];
  for (const path of [...paths, `/v2/org/app/blobs/${layer.digest}`]) {
    for (const authorization of [hub.admin, ""]) {
      const response = await fetch(hub.url + path, { headers: { authorization } });
      assert.match(
        response.headers.get("content-type") ?? "",
        /^application\/(?:.+\+)?(?:json|octet-stream)$/,
        path,
      );
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      await response.arrayBuffer();
    }
  }
});

async function beginUpload(): Promise<string> {
  const response = await fetch(`${hub.url}/v2/org/app/blobs/uploads/`, { method: "POST", headers });
  return response.headers.get("location") ?? "";
}

async function rangeOf(location: string): Promise<string | null> {
  return (await fetch(hub.url + location, { headers })).headers.get("range");
}

async function patchRest(location: string, extra: Record<string, string>, body: string): Promise<void> {
  const init = { method: "PATCH", headers: { ...headers, ...extra }, body };
  const response = await fetch(hub.url + location, init);
  assert.equal(response.status, 202, await response.text());
}

/** Sends the head of a request, a part of its body when the hub begins to read it, and goes away. */
async function cutOff(head: string, body: string): Promise<void> {
  const socket = connect(Number(new URL(hub.url).port), "127.0.0.1");
  socket.write(`${head}\r\nhost: hub\r\nauthorization: ${hub.admin}\r\nexpect: 100-continue\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 100 /);
  await new Promise<void>((resolve) => socket.write(body, () => resolve()));
  socket.destroy();
  await once(socket, "close");
}
