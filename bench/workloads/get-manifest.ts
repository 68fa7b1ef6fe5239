import { pushBlob, pushManifest } from "../load/client.ts";
import { connectToNew } from "../load/connections.ts";
import { MANIFEST, smallImage } from "../load/content.ts";
import { measureGets } from "../load/gets.ts";
import type { Workload } from "./workload.ts";

export const getManifest: Workload = {
  name: "get-manifest",
  title: "GET of a manifest by tag, 16 connections",
  unit: "requests/s",
  better: "more",
  async measure(target, { quick }) {
    const client = await connectToNew(target, "get");
    const image = smallImage(1024);
    for (const blob of image.blobs) {
      await pushBlob(client, blob);
    }
    await pushManifest(client, "latest", image.manifest);
    client.agent.destroy();
    return measureGets(`${client.url}/v2/${client.repository}/manifests/latest`, {
      headers: { accept: MANIFEST, ...client.authorization },
      seconds: quick ? 2 : 5,
    });
  },
};
