import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage, type TestImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { pushBlob, pushImage } from "./registry-client.ts";
import { basic, startTestHub, type TestHub } from "./start-hub.ts";

const PASSWORD = "correct horse battery";
/** A layer that may live elsewhere, so that a manifest may name it before it is there. */
const FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

interface Named {
  mediaType: string;
  digest: string;
  size: number;
}

const secret = await buildImage({
  layers: [{ files: { "README.md": "# Plans of alice" } }],
  config: { config: { Labels: { "org.opencontainers.image.description": "What alice plans" } } },
});
const named = JSON.parse(Buffer.from(secret.manifest).toString()) as { config: Named; layers: Named[] };

for (const { what, flags, manifest } of [
  {
    what: FOREIGN,
    flags: {},
    manifest: { layers: named.layers.map((layer) => ({ ...layer, mediaType: FOREIGN })) },
  },
  {
    what: "layers and config, where images may come before their blobs",
    flags: { "sparse-manifests": "all" },
    manifest: { config: named.config, layers: named.layers },
  },
]) {
  test(`no page shows what another's private image has in it: ${what}`, async () => {
    const hub = await startTestHub(flags);
    try {
      await pushImage(hub, secret, { repository: "alice/secret", reference: "v1" });
      await makePrivate(hub, "alice/secret");
      await hub.context.accounts.register({ name: "mallory", password: PASSWORD });
      const borrowed = await buildImage({ manifest });
      await pushAs(hub, borrowed, "mallory/page");
      await hub.context.controllers.idle();
      const image = await hub.context.store.get("Image", "mallory.page.v1");
      assert.doesNotMatch(JSON.stringify(image), /alice/);
      const readme = await fetch(`${hub.url}/api/v1/images/mallory/page/-/v1/readme`);
      assert.deepEqual([readme.status, /alice/.test(await readme.text())], [404, false]);
      if (what === FOREIGN) return;

      // Whoever has the blobs shows what is in them.
      assert.ok(image.status?.conditions?.some(({ reason }) => reason === "ContentMissing"));
      const mallory = { repository: "mallory/page", authorization: basic("mallory", PASSWORD) };
      for (const [digest, bytes] of secret.blobs) await pushBlob(hub, { ...mallory, digest, bytes });
      await hub.context.controllers.idle();
      const own = await hub.context.store.get("Image", "mallory.page.v1");
      assert.match(own.status?.detail?.docs ?? "", /Plans of alice/);
    } finally {
      await hub.stop();
    }
  });
}

async function pushAs(hub: TestHub, image: TestImage, repository: string): Promise<void> {
  await pushImage(hub, image, { repository, reference: "v1", authorization: basic("mallory", PASSWORD) });
}
