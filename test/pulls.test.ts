import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eventually } from "./controllers-hub.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());

test("a pull is counted in the Repository, on its card, and in the order of what is pulled most", async () => {
  const image = await buildImage({});
  for (const repository of ["org/often", "org/seldom"])
    await pushImage(hub, image, { repository, reference: "v1" });
  await hub.context.controllers.idle();
  const authorization = await bearer(hub, ["repository:org/often:pull"]);
  const accept = image.mediaType;
  const pulled = await fetch(`${hub.url}/v2/org/often/manifests/v1`, { headers: { authorization, accept } });
  assert.equal(pulled.status, 200);
  await hub.context.content.pulls.flush();

  await eventually(async () => {
    assert.equal((await hub.context.store.get("Repository", "org.often")).status?.pulls, 1);
    const found = await fetch(`${hub.url}/api/v1/search?sort=pulls`);
    const { items } = (await found.json()) as { items: { name: string; pulls: number }[] };
    assert.deepEqual(
      items.map(({ name, pulls }) => [name, pulls]),
      [
        ["org/often", 1],
        ["org/seldom", 0],
      ],
    );
  });
});
