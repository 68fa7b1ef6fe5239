import { openBareConnections } from "../load/bare-connections.ts";
import { pushBlob, pushManifest } from "../load/client.ts";
import { connectToNew, perSecond } from "../load/connections.ts";
import { smallImage } from "../load/content.ts";
import type { Workload } from "./workload.ts";

export const putTag: Workload = {
  name: "put-tag",
  title: "PUT of a tag, 16 at once",
  unit: "requests/s",
  better: "more",
  async measure(target, { quick }) {
    const connections = openBareConnections(target.url);
    const client = await connectToNew(target, "tag", connections);
    const image = smallImage(1024);
    for (const blob of image.blobs) {
      await pushBlob(client, blob);
    }
    const tags = Array.from({ length: quick ? 200 : 1000 }, (_, index) => `v${index}`);
    const speed = await perSecond(tags, (tag) => pushManifest(client, tag, image.manifest));
    connections.destroy();
    return speed;
  },
};
