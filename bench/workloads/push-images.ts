import { openBareConnections } from "../load/bare-connections.ts";
import { connect, pushBlob, pushManifest } from "../load/client.ts";
import { perSecond } from "../load/connections.ts";
import { MEBIBYTE, smallImage } from "../load/content.ts";
import type { Workload } from "./workload.ts";

/** Each image by a client that starts anew, as CI jobs do: door, token, blobs, manifest. */
export const pushImages: Workload = {
  name: "push-images",
  title: "push of 1 MiB images, 16 at once",
  unit: "images/s",
  better: "more",
  async measure(target, { quick }) {
    const images = Array.from({ length: quick ? 100 : 400 }, () => smallImage(MEBIBYTE));
    const connections = openBareConnections(target.url);
    let count = 0;
    const speed = await perSecond(images, async ({ blobs, manifest }) => {
      count += 1;
      const client = await connect(target, `bench/small-${count % REPOSITORIES}`, connections);
      for (const blob of blobs) {
        await pushBlob(client, blob);
      }
      await pushManifest(client, `v${Date.now()}-${count}`, manifest);
    });
    connections.destroy();
    return speed;
  },
};

const REPOSITORIES = 16;
