import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from "../../src/oci/media-types.ts";
import { basic } from "../start-hub.ts";
import { pushBlob } from "../registry-client.ts";
import { inParallel, startAttackedHub } from "./attacked-hub.ts";
import { attackerSocket, parseAnswer, sendRaw } from "./raw.ts";

const hub = await startAttackedHub();
const headers = { authorization: hub.token };

const bytes = Buffer.from("{}");
const config = { mediaType: OCI_CONFIG, digest: digestOf(bytes), size: bytes.length };
await push(bytes);
const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] };

/** Manifests of 4 MiB, and how each is answered. */
const LARGEST: [string, () => string, number][] = [
  ["44,000 layers that are not there", () => withList("layers", 44_000), 404],
  ["an index of 40,000 manifests", () => withList("manifests", 40_000), 201],
  ["an index that names one manifest 40,000 times", () => withList("manifests", 40_000, 1), 201],
  [
    "500,000 layers without a digest",
    () => JSON.stringify({ ...image, layers: Array.from({ length: 500_000 }, () => ({})) }),
    400,
  ],
  [
    "lists in lists, two million deep",
    () => `{"x":${"[".repeat(2_000_000)}${"]".repeat(2_000_000)},${JSON.stringify(image).slice(1)}`,
    400,
  ],
  ["objects in objects", () => `${'{"a":'.repeat(690_000)}1${"}".repeat(690_000)}`, 400],
  [
    "one annotation of 4 MB",
    () => JSON.stringify({ ...image, annotations: { a: "x".repeat(4_000_000) } }),
    201,
  ],
  [
    "190,000 annotations",
    () =>
      JSON.stringify({
        ...image,
        annotations: Object.fromEntries(Array.from({ length: 190_000 }, (_, index) => [index, ""])),
      }),
    201,
  ],
];

for (const [what, document, status] of LARGEST) {
  test(`${what}: ${status}, eight times at once`, { timeout: 60_000 }, async () => {
    const body = document();
    await hub.during(async () => {
      const statuses = await inParallel(
        Array.from({ length: 8 }),
        async () => {
          const response = await putManifest("large", body);
          await response.arrayBuffer();
          return response.status;
        },
        8,
      );
      assert.deepEqual([...new Set(statuses)], [status]);
    });
  });
}

test("more than 4 MiB: 413 before its body is read, eight times at once", { timeout: 60_000 }, async () => {
  const head = [
    "PUT /v2/attack/one/manifests/large HTTP/1.1",
    "host: hub",
    `authorization: ${hub.token}`,
    `content-type: ${OCI_MANIFEST}`,
    `content-length: ${4 * 1024 * 1024 + 1}`,
  ];
  // A client that sends all of it at once may lose the answer to the connection's reset; this one waits for it.
  const request = `${head.join("\r\n")}\r\n\r\n{"annotations":`;
  await hub.during(async () => {
    const answers = await inParallel(
      Array.from({ length: 8 }),
      () => sendRaw(hub.url, request, { isEnough: (received) => received.endsWith("]}") }),
      8,
    );
    for (const received of answers) {
      const answer = parseAnswer(received);
      assert.equal(answer?.status, 413);
      assert.match(answer.body, /SIZE_INVALID|MANIFEST_INVALID/);
    }
  });
});

test(
  "two hundred manifests that lack their last byte are held in part, and others push theirs",
  { timeout: 60_000 },
  async () => {
    const head = [
      "PUT /v2/attack/one/manifests/large HTTP/1.1",
      "host: hub",
      `authorization: ${hub.token}`,
      `content-type: ${OCI_MANIFEST}`,
      "content-length: 4000000",
    ];
    const request = Buffer.concat([
      Buffer.from(`${head.join("\r\n")}\r\n\r\n`),
      Buffer.alloc(3_999_999, " "),
    ]);
    await hub.during(async () => {
      const sockets = Array.from({ length: 200 }, () => attackerSocket(hub.url));
      for (const socket of sockets) socket.write(request);
      for (let count = 0; count < 20; count += 1) {
        const response = await putManifest("small", JSON.stringify(image));
        assert.equal(response.status, 201, await response.text());
      }
      for (const socket of sockets) socket.destroy();
    });
  },
);

test(
  "a layer that unpacks a thousandfold costs a condition of its image, and nobody else anything",
  { timeout: 60_000 },
  async () => {
    const bomb = Buffer.concat(Array.from({ length: 80 }, () => gzipSync(Buffer.alloc(32 * 1024 * 1024))));
    await push(bomb);
    const layer = { mediaType: OCI_LAYER_GZIP, digest: digestOf(bomb), size: bomb.length };
    await hub.during(async () => {
      const pushed = await putManifest("bomb", JSON.stringify({ ...image, layers: [layer] }));
      assert.equal(pushed.status, 201);
      const path = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/images/attack.one.bomb";
      for (let reason = ""; reason !== "LayerTooLarge";) {
        const response = await fetch(hub.url + path, { headers: { authorization: hub.admin } });
        const found = (await response.json()) as {
          status?: { conditions?: { type: string; reason: string }[] };
        };
        reason = found.status?.conditions?.find(({ type }) => type === "DetailUnavailable")?.reason ?? "";
      }
    });
  },
);

/** IMAGEHUB_ATTACK_SCALE=10 makes it 100,000 tags and 10,000 referrers. */
const SCALE = Number(process.env["IMAGEHUB_ATTACK_SCALE"] ?? 1);
const TAGS = 10_000 * SCALE;
const REFERRERS = 1000 * SCALE;

test(
  `${TAGS} tags of one manifest are taken, and listed in pages`,
  { timeout: 120_000 * SCALE },
  async () => {
    const body = JSON.stringify(image);
    const digest = digestOf(Buffer.from(body));
    await hub.during(async () => {
      await inParallel(Array.from({ length: TAGS / 50 }), async (_, batch) => {
        const query = Array.from({ length: 50 }, (__, index) => `tag=t${batch * 50 + index}`).join("&");
        const response = await putManifest(`${digest}?${query}`, body, "attack/two");
        assert.equal(response.status, 201, await response.text());
      });
      // And latest, which the hub gives.
      assert.equal(await countPages("/v2/attack/two/tags/list?n=1000000", "tags"), TAGS + 1);
    });
  },
);

test(
  `${REFERRERS} referrers with 20 KB of annotations each are listed in pages of at most 4 MiB`,
  { timeout: 120_000 * SCALE },
  async () => {
    await hub.during(async () => {
      await inParallel(Array.from({ length: REFERRERS }), async (_, index) => {
        const annotations = { index: String(index), a: "x".repeat(20_000) };
        const response = await putManifest(
          undefined,
          JSON.stringify({ ...image, subject: config, annotations }),
        );
        assert.equal(response.status, 201, await response.text());
      });
      assert.equal(await countPages(`/v2/attack/one/referrers/${config.digest}`, "manifests"), REFERRERS);
    });
  },
);

test(
  "five hundred wrong passwords at once: refused, or too many, and who has logged in goes on",
  { timeout: 60_000 },
  async () => {
    await hub.during(async () => {
      const statuses = await inParallel(
        Array.from({ length: 500 }),
        async (_, index) => {
          const authorization = basic("admin", `wrong password ${index}`);
          const response = await fetch(`${hub.url}/token?service=imagehub`, { headers: { authorization } });
          await response.arrayBuffer();
          return response.status;
        },
        500,
      );
      assert.deepEqual([...new Set(statuses)].toSorted(), [401, 429]);
    });
  },
);

async function push(blob: Buffer): Promise<void> {
  await pushBlob(hub, {
    repository: "attack/one",
    digest: digestOf(blob),
    bytes: blob,
    authorization: hub.token,
  });
  await fetch(`${hub.url}/v2/attack/two/blobs/uploads/?mount=${digestOf(blob)}&from=attack/one`, {
    method: "POST",
    headers,
  });
}

function putManifest(
  reference: string | undefined,
  body: string,
  repository = "attack/one",
): Promise<Response> {
  const path = `/v2/${repository}/manifests/${reference ?? digestOf(Buffer.from(body))}`;
  const contentType = body.includes('"manifests":[') ? OCI_INDEX : OCI_MANIFEST;
  return fetch(hub.url + path, { method: "PUT", headers: { ...headers, "content-type": contentType }, body });
}

function withList(field: "layers" | "manifests", count: number, different = count): string {
  const list = Array.from({ length: count }, (_, index) => ({
    digest: hexDigest(index % different),
    size: 1,
  }));
  return JSON.stringify(
    field === "layers"
      ? { ...image, layers: list }
      : { schemaVersion: 2, mediaType: OCI_INDEX, manifests: list },
  );
}

function hexDigest(number: number): Digest {
  return `sha256:${number.toString(16).padStart(64, "0")}` as Digest;
}

/** Follows Link to the end. @returns how many entries all pages have */
async function countPages(start: string, field: string): Promise<number> {
  let count = 0;
  for (let path: string | undefined = start; path !== undefined;) {
    const response: Response = await fetch(hub.url + path, { headers });
    const text = await response.text();
    assert.ok(text.length < 4.5 * 1024 * 1024, `${text.length} bytes in a page`);
    count += (JSON.parse(text) as Record<string, unknown[]>)[field]?.length ?? 0;
    path = /<(.*)>/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return count;
}
