import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { digestOf } from "../../src/oci/digest.ts";
import { inParallel, startAttackedHub } from "./attacked-hub.ts";
import { attackerSocket, closeOf, sendRaw } from "./raw.ts";

const hub = await startAttackedHub();
const headers = { authorization: hub.token };
const UPLOADS = "/v2/attack/one/blobs/uploads/";

test(
  "10,000 open uploads, each with a byte, take little memory and harm nobody",
  { timeout: 120_000 },
  async () => {
    await hub.during(async () => {
      const statuses = await inParallel(Array.from({ length: 10_000 }), async () => {
        const { location } = await startUpload();
        const response = await fetch(hub.url + location, { method: "PATCH", headers, body: "x" });
        await response.arrayBuffer();
        return response.status;
      });
      assert.deepEqual([...new Set(statuses)], [202]);
    });
  },
);

test(
  "a repository has at most 10,000 open uploads: the next is refused, in this one alone",
  { timeout: 60_000 },
  async () => {
    await hub.during(async () => {
      const { location } = await startUpload();
      const refused = await fetch(hub.url + location, { method: "PATCH", headers, body: "x" });
      assert.equal(refused.status, 429);
      assert.match(await refused.text(), /TOOMANYREQUESTS.*10000/);
      const elsewhere = await startUpload("attack/two");
      const other = await fetch(hub.url + elsewhere.location, { method: "PATCH", headers, body: "x" });
      assert.equal(other.status, 202);
    });
  },
);

test("the body of a refused upload is read a little, and the connection closes", async () => {
  await hub.during(async () => {
    const socket = attackerSocket(hub.url);
    socket.write(`POST ${UPLOADS} HTTP/1.1\r\nhost: hub\r\ncontent-length: ${2 ** 40}\r\n\r\n`);
    const closed = closeOf(socket);
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    socket.on("end", () => socket.destroy());
    const piece = Buffer.alloc(64 * 1024);
    while (!socket.destroyed)
      if (!socket.write(piece)) await Promise.race([once(socket, "drain"), closed]).catch(() => undefined);
    // Who goes on sending may lose the answer to the connection's reset.
    assert.match(received, /^(?:HTTP\/1\.1 401 |$)/);
    // What is drained, and what the system takes on the way.
    assert.ok(socket.bytesWritten < 64 * 1024 * 1024, `${socket.bytesWritten} bytes were taken`);
  });
});

test(
  "of all that is done to one upload at once, each is done whole or refused",
  { timeout: 60_000 },
  async () => {
    await hub.during(async () => {
      for (let round = 0; round < 30; round += 1) {
        const bytes = Buffer.from(`round ${round} `.repeat(1000));
        const digest = digestOf(bytes);
        const { location } = await startUpload("attack/two");
        await fetch(hub.url + location, { method: "PATCH", headers, body: bytes });
        const all = await Promise.all(
          [
            ["PUT", `?digest=${digest}`],
            ["PUT", `?digest=${digest}`],
            ["PATCH", ""],
            ["PATCH", ""],
            ["DELETE", ""],
            ["GET", ""],
          ].map(async ([method = "", query = ""]) => {
            const response = await fetch(hub.url + location + query, {
              method,
              headers,
              ...(method === "PATCH" && { body: "more" }),
            });
            await response.arrayBuffer();
            return [method, response.status] as const;
          }),
        );
        for (const [method, status] of all)
          assert.ok([201, 202, 204, 400, 404].includes(status), `${method} ${status}`);
        const blob = await fetch(`${hub.url}/v2/attack/two/blobs/${digest}`, { headers });
        const stored = Buffer.from(await blob.arrayBuffer());
        const finished = all.some(([method, status]) => method === "PUT" && status === 201);
        assert.equal(blob.status, finished ? 200 : 404);
        if (finished) assert.deepEqual(stored, bytes);
      }
    });
  },
);

test(
  "a thousand uploads that are cut off in the middle leave nothing running",
  { timeout: 60_000 },
  async () => {
    await hub.during(async () => {
      await inParallel(Array.from({ length: 1000 }), async () => {
        const { location } = await startUpload("attack/two");
        const socket = attackerSocket(hub.url);
        socket.write(
          `PATCH ${location} HTTP/1.1\r\nhost: hub\r\nauthorization: ${hub.token}\r\ncontent-length: 1000000\r\n\r\nabc`,
        );
        await once(socket, "connect");
        socket.destroy();
      });
    });
  },
);

const STRANGE_NAMES = [
  "../../etc",
  "..%2f..%2fetc",
  "%2e%2e/%2e%2e/etc",
  "a%5c..%5cb",
  "a/b%00",
  "a/b%0d%0ax: y",
  "a//b",
  "a/./b",
  "A/b",
  "а/b",
  "a/b%C0%AF..",
  `a/${"b".repeat(300)}`,
  "a/b%252e%252e",
];
const STRANGE_DIGESTS = [
  "sha256:../../../etc/passwd",
  `sha256:${"A".repeat(64)}`,
  `sha256:..%2f${"a".repeat(59)}`,
  "sha256:%00",
  `sha256:${"a".repeat(64)}%00`,
  "md5:d41d8cd98f00b204e9800998ecf8427e",
  "sha256:",
  ":",
  `SHA256:${"a".repeat(64)}`,
  `sha256:${"а".repeat(64)}`,
];

for (const path of [
  ...STRANGE_NAMES.flatMap((name) => [`/v2/${name}/tags/list`, `/v2/${name}/blobs/uploads/`]),
  ...STRANGE_DIGESTS.flatMap((digest) => [
    `/v2/attack/two/blobs/${digest}`,
    `/v2/attack/two/manifests/${digest}`,
    `/v2/attack/two/blobs/uploads/?digest=${digest}`,
    `/v2/attack/two/blobs/uploads/?mount=${digest}`,
  ]),
]) {
  test(`${path.slice(0, 80)} names nothing`, async () => {
    const method = path.includes("uploads") ? "POST" : "GET";
    const target = path.replaceAll(/[^\x21-\x7E]/g, encodeURIComponent);
    const received = await sendRaw(
      hub.url,
      `${method} ${target} HTTP/1.1\r\nhost: hub\r\nauthorization: ${hub.admin}\r\nconnection: close\r\n\r\n`,
    );
    assert.match(received, /^HTTP\/1\.1 40[04] /);
  });
}

async function startUpload(repository = "attack/one"): Promise<{ location: string }> {
  const response = await fetch(`${hub.url}/v2/${repository}/blobs/uploads/`, { method: "POST", headers });
  assert.equal(response.status, 202, await response.text());
  return { location: response.headers.get("location") ?? "" };
}
