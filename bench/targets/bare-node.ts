import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { answers, freePort, startTarget, type TargetKind } from "./target.ts";

/** The least that a push costs on Node: it tells how much of the hub's time is its own. */
export const bareNode: TargetKind = {
  name: "bare node",
  onRequest: true,
  async start(folder) {
    await mkdir(folder, { recursive: true });
    const port = await freePort();
    const program = {
      command: process.execPath,
      args: [join(import.meta.dirname, "bare-registry.ts"), join(folder, "storage"), String(port)],
      log: join(folder, "bench.log"),
    };
    const url = `http://127.0.0.1:${port}`;
    return startTarget("bare node", program, async () => ((await answers(url)) ? url : undefined));
  },
};
