import { execFile, fork } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import type { LoadTask } from "./load/main.ts";
import { processorSeconds } from "./processor-time.ts";
import { untilQuiet } from "./until-quiet.ts";
import { formatTable, type Measurements } from "./table.ts";
import { bareNode } from "./targets/bare-node.ts";
import { distribution, dockerRegistry } from "./targets/distribution.ts";
import { hub } from "./targets/hub.ts";
import { hubWithDocuments, hubWithLittle, hubWithMany, hubWithMuch } from "./targets/scaled-hub.ts";
import type { RunningTarget, TargetKind } from "./targets/target.ts";
import { WORKLOADS } from "./workloads/all.ts";
import type { TargetSet, Workload } from "./workloads/workload.ts";

const TARGETS = [hub, distribution, dockerRegistry, bareNode];
/** In this order: one set of targets does not disturb the other. */
const TARGET_SETS: Record<TargetSet, TargetKind[]> = {
  registries: TARGETS,
  // For the workloads that ask whether the hub stays as fast when it holds much.
  scales: [hubWithLittle, hubWithMany, hubWithMuch],
  documents: [hubWithDocuments],
};
const ALL_TARGETS = Object.values(TARGET_SETS).flat();
const RESULTS = join(import.meta.dirname, "results");
const USAGE = `npm run bench -- [--only WORKLOAD]… [--target TARGET]… [--rounds N] [--quick]
workloads: ${WORKLOADS.map(({ name }) => name).join(", ")}
targets: ${ALL_TARGETS.map(({ name }) => name).join(", ")}`;

interface Options {
  workloads: Workload[];
  /** Names; default all that are not on request. */
  targets: string[] | undefined;
  rounds: number;
  quick: boolean;
}

await runAll(readOptions());

async function runAll(options: Options): Promise<void> {
  for (const [set, all] of Object.entries(TARGET_SETS)) {
    const workloads = options.workloads.filter(({ on = "registries" }) => on === set);
    const targets = all.filter(
      ({ name, onRequest = false }) => options.targets?.includes(name) ?? !onRequest,
    );
    if (workloads.length > 0) await run({ ...options, targets, workloads });
  }
}

/** Starts the targets, measures each workload on each in every round, and prints the table. */
async function run(options: Omit<Options, "targets"> & { targets: TargetKind[] }): Promise<void> {
  // Beside the code, for a folder of temporary files may lie in memory.
  await mkdir(RESULTS, { recursive: true });
  const folder = await mkdtemp(join(RESULTS, "run-"));
  await spreadFolders(folder);
  // The terminal tells the children as well; what they do then ends this run in order.
  process.on("SIGINT", () => undefined);
  const targets: RunningTarget[] = [];
  try {
    for (const kind of options.targets) {
      const target = await kind.start(join(folder, kind.name.replaceAll(/\W+/g, "-")));
      if (target === undefined) {
        console.error(`${kind.name} is not on this machine: see bench/README.md`);
      } else {
        targets.push(target);
      }
    }
    const results = options.workloads.map((workload) => ({ workload, measurements: new Map() }));
    for (let round = 1; round <= options.rounds; round++) {
      await runRound(round, { ...options, targets, results });
    }
    console.log(`\n${formatTable(results)}`);
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Asks ext4 to put the folders in this one, a target's each, into different parts of the disk. It looks at every file
 * that was deleted in the last minutes before it makes one beside it, so a target that deletes much would slow down the
 * others: on machines of their own it would not. Other file systems, and who may not ask, go without.
 */
async function spreadFolders(folder: string): Promise<void> {
  await promisify(execFile)("chattr", ["+T", folder]).catch(() => undefined);
}

async function runRound(
  round: number,
  {
    targets,
    results,
    quick,
    rounds,
  }: {
    targets: RunningTarget[];
    results: { workload: Workload; measurements: Measurements }[];
    quick: boolean;
    rounds: number;
  },
): Promise<void> {
  // Another target is first in each round, so that none always meets a quiet or a busy disk.
  const turn = (round - 1) % targets.length;
  const order = [...targets.slice(turn), ...targets.slice(0, turn)];
  for (const { workload, measurements } of results) {
    if (workload.when === "first round" ? round > 1 : workload.when === "last round" && round < rounds) {
      continue;
    }
    for (const target of order.filter(({ name }) => !workload.hubOnly || name === hub.name)) {
      await untilQuiet(targets);
      const before = processorSeconds(target.pid);
      const value = await measure({ workload: workload.name, target, quick });
      const seconds = (processorSeconds(target.pid) - before).toFixed(1);
      const values = measurements.get(target.name) ?? [];
      // In its round's place, so that ratios compare what was measured in one round.
      values[round - 1] = value;
      measurements.set(target.name, values);
      console.error(
        `round ${round}: ${workload.name}, ${target.name}: ${value.toFixed(1)} ${workload.unit}, ${seconds} s of processor time`,
      );
    }
  }
}

/**
 * In a process of its own, so that one measurement leaves nothing to the next.
 * @returns NaN when it failed; the process has said why
 */
async function measure(task: LoadTask): Promise<number> {
  const child = fork(join(import.meta.dirname, "load/main.ts"), [JSON.stringify(task)]);
  let value = Number.NaN;
  child.on("message", (message) => {
    value = Number(message);
  });
  await once(child, "exit");
  if (Number.isNaN(value)) {
    process.exitCode = 1;
  }
  return value;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      target: { type: "string", multiple: true },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const { only, target, quick } = values;
  return {
    workloads: only ? only.map((name) => named(WORKLOADS, name)) : WORKLOADS.filter((w) => !w.onRequest),
    targets: target?.map((name) => named(ALL_TARGETS, name).name),
    rounds: Number(values.rounds ?? (quick ? 1 : 5)),
    quick,
  };
}

function named<T extends { name: string }>(all: T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined) {
    console.error(`Cannot find ${JSON.stringify(name)}\n${USAGE}`);
    process.exit(2);
  }
  return found;
}
