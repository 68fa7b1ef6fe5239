import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { hexOf, type Digest } from "../../src/oci/digest.ts";
import { readmeImage, waitForImage } from "../clients/images.ts";
import { ADMIN_PASSWORD, openWorkbench, skipWithout } from "../clients/workbench.ts";
import { buildImage } from "../image-builder.ts";
import { makePrivate } from "../make-private.ts";
import { bearer, pushImage } from "../registry-client.ts";
import { startTestHub } from "../start-hub.ts";
import { skip, startS3Server } from "./s3-server.ts";

describe("a hub on S3", { skip }, async () => {
  if (skip) return;
  const server = await startS3Server();
  const { port } = new URL(server.endpoint);
  // Another host than the hub's: clients send credentials to the host that they are for.
  const endpoint = `http://localhost:${port}`;
  after(() => server.stop());

  for (const redirect of ["false", "true"]) {
    describe(`with redirect=${redirect}`, async () => {
      const storage = server.storageUrl(`redirect-${redirect}`, { redirect, endpoint });
      const bench = await openWorkbench({ flags: ["--storage", storage] });
      after(() => bench.close());
      const { hub } = bench;

      test("crane pushes, the page appears, and anybody pulls", { skip: skipWithout("crane") }, async () => {
        const source = await bench.layout("image", await readmeImage("crane"));
        await bench.run(
          "crane",
          ["auth", "login", "-u", "admin", "--password-stdin", hub.host],
          ADMIN_PASSWORD,
        );
        await bench.run("crane", ["push", source, `${hub.host}/labring/crane:v1`]);
        assert.equal((await waitForImage(hub, "labring/crane:v1")).status.detail.docs?.trim(), "# crane");
        await bench.run("crane", ["validate", "--remote", `${hub.host}/labring/crane:v1`]);
        await bench.run("crane", ["auth", "logout", hub.host]);
        await bench.run("crane", ["pull", `${hub.host}/labring/crane:v1`, join(bench.home, "pulled.tar")]);
      });

      test("skopeo pushes and pulls", { skip: skipWithout("skopeo") }, async () => {
        const source = await bench.layout("other", await readmeImage("skopeo"));
        const at = `docker://${hub.host}/labring/skopeo:v1`;
        const credentials = ["--dest-creds", `admin:${ADMIN_PASSWORD}`, "--dest-tls-verify=false"];
        await bench.run("skopeo", ["copy", ...credentials, `oci:${source}`, at]);
        await bench.run("skopeo", ["copy", "--src-tls-verify=false", at, `oci:${bench.home}/pulled`]);
      });
    });
  }

  test("a pull is sent to the bucket only after its right was seen, with its range, and HEAD never", async () => {
    const hub = await startTestHub({ storage: server.storageUrl("redirected", { redirect: "true" }) });
    try {
      const image = await buildImage({ layers: [{ bytes: Buffer.from("0123456789") }] });
      await pushImage(hub, image, { repository: "labring/secret", reference: "v1" });
      await makePrivate(hub, "labring/secret");
      const [digest = ""] = image.blobs.keys();
      const ask = async (options: RequestInit) =>
        fetch(`${hub.url}/v2/labring/secret/blobs/${digest}`, { redirect: "manual", ...options });
      assert.equal((await ask({})).status, 401);
      const nobody = { authorization: await bearer(hub, ["repository:labring/secret:pull"]) };
      const refused = await ask({ headers: nobody });
      assert.equal(refused.status, 401);
      assert.equal(refused.headers.get("location"), null);

      const headers = { authorization: hub.admin };
      assert.equal((await ask({ method: "HEAD", headers })).status, 200);
      const sent = await ask({ headers: { ...headers, range: "bytes=2-4" } });
      assert.equal(sent.status, 307);
      const part = await fetch(sent.headers.get("location") ?? "", { headers: { range: "bytes=2-4" } });
      assert.equal(part.status, 206);
      assert.deepEqual(
        Buffer.from(await part.arrayBuffer()),
        Buffer.from(image.blobs.get(digest as Digest) ?? []).subarray(2, 5),
      );
      const beyond = await ask({ headers: { ...headers, range: "bytes=9999-" } });
      assert.equal(beyond.status, 416);
    } finally {
      await hub.stop();
    }
  });

  test("what is collected is gone from the bucket, and nothing else", async () => {
    const hub = await startTestHub({ storage: server.storageUrl("collected"), "undelete-days": "0" });
    try {
      const [kept, gone] = [await readmeImage("kept"), await readmeImage("gone")];
      await pushImage(hub, kept, { repository: "labring/kept", reference: "v1" });
      await pushImage(hub, gone, { repository: "labring/gone", reference: "v1" });
      const deleted = await fetch(`${hub.url}/v2/labring/gone/manifests/${gone.digest}`, {
        method: "DELETE",
        headers: { authorization: hub.admin },
      });
      assert.equal(deleted.status, 202);
      await hub.context.database.write((transaction) =>
        transaction.updateTable("blobs").set({ grace_until: 0 }).execute(),
      );
      const report = await hub.context.content.garbage.collect();
      assert.equal(report.failures, 0);
      const isThere = (digest: Digest) =>
        existsSync(
          join(
            server.bucketFolder,
            "collected/docker/registry/v2/blobs/sha256",
            hexOf(digest).slice(0, 2),
            hexOf(digest),
            "data",
          ),
        );
      for (const digest of kept.blobs.keys()) assert.ok(isThere(digest), `${digest} is gone`);
      for (const digest of gone.blobs.keys()) assert.ok(!isThere(digest), `${digest} is there`);
    } finally {
      await hub.stop();
    }
  });
});
