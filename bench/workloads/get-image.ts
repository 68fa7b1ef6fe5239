import { anyImageName, connectToResources, IMAGES } from "../load/resources.ts";
import { getsPerSecond } from "../load/wrk.ts";
import type { Workload } from "./workload.ts";

/** More than the hub keeps in memory. */
const NAMES = 20_000;

export const getImage: Workload = {
  name: "get-image",
  title: "GET of any Image by name, 10 KB of docs, 16 connections",
  unit: "requests/s",
  better: "more",
  on: "documents",
  onRequest: true,
  async measure(target, { quick }) {
    const client = connectToResources(target);
    const paths = Array.from({ length: NAMES }, () => `${IMAGES}/${anyImageName()}`);
    return getsPerSecond(client, paths, quick ? 2 : 5);
  },
};
