import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answers, findProgram, freePort, startTarget, type TargetKind } from "./target.ts";

/** The `distribution` project's registry, version 3. */
export const distribution: TargetKind = {
  name: "distribution 3",
  start: (folder) => startRegistry("distribution 3", { binary: "registry", folder }),
};

/** The same project's version 2, as Debian builds it. */
export const dockerRegistry: TargetKind = {
  name: "docker-registry 2.8",
  start: (folder) => startRegistry("docker-registry 2.8", { binary: "docker-registry", folder }),
};

/** Without authentication and with the cache that its own examples switch on: at its fastest. */
async function startRegistry(name: string, { binary, folder }: { binary: string; folder: string }) {
  const command = await findProgram(binary);
  if (command === undefined) {
    return undefined;
  }
  const address = `127.0.0.1:${await freePort()}`;
  const file = join(folder, "config.yml");
  await mkdir(folder, { recursive: true });
  await writeFile(file, configuration(address, join(folder, "storage")));
  const program = {
    command,
    args: ["serve", file],
    // Version 3 sends traces to port 4318 unless it is told not to.
    env: { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" },
    log: join(folder, "bench.log"),
  };
  const url = `http://${address}`;
  return startTarget(name, program, async () => ((await answers(url)) ? url : undefined));
}

function configuration(address: string, storage: string): string {
  return `version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${JSON.stringify(storage)}
  cache:
    blobdescriptor: inmemory
  delete:
    enabled: true
http:
  addr: ${address}
`;
}
