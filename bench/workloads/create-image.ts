import { perSecond } from "../load/connections.ts";
import { connectToResources, createImage, newImage } from "../load/resources.ts";
import type { Workload } from "./workload.ts";

const DOCS_LENGTH = 10_000;
/** As many as a few programs that fill a catalogue have under way. */
const AT_ONCE = 64;

/** New Images with docs of 10 KB, in repositories that are there: the controllers bring those up to date meanwhile. */
export const createImages: Workload = {
  name: "create-images",
  title: "Images made through the API, 64 at once",
  unit: "Images/s",
  better: "more",
  on: "documents",
  onRequest: true,
  async measure(target, { quick }) {
    const client = connectToResources(target);
    const images = Array.from({ length: quick ? 2000 : 10_000 }, () => newImage(DOCS_LENGTH));
    const rate = await perSecond(images, async (image) => void (await createImage(client, image)), AT_ONCE);
    client.agent.destroy();
    return rate;
  },
};
