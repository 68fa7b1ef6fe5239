import type { Command } from "commander";
import type { Job, JobList } from "../api/contract/jobs.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatTable } from "./format.ts";

interface ListFlags {
  limit: string;
  json?: boolean;
}

/** `imagehub jobs` and `imagehub jobs cancel` */
export function addJobs(program: Command): void {
  const jobs = program
    .command("jobs")
    .description("list jobs, the newest first")
    .addHelpText("after", "\nThe flags of the list: imagehub jobs list --help");
  const list = jobs
    .command("list", { isDefault: true })
    .description("list jobs, the newest first")
    .option("--limit <COUNT>", "jobs listed", "20")
    .option("--json", "print the list as JSON");
  onHub<ListFlags>(list, listJobs);
  const cancel = jobs
    .command("cancel")
    .description("cancel a job that waits or runs")
    .argument("<ID>", "its number, as the list shows it");
  onHub<object, [string]>(cancel, (hub, _flags, id) => cancelJob(hub, id));
}

async function listJobs(hub: HubClient, { limit, json = false }: ListFlags): Promise<void> {
  const list = await hub.request<JobList>("GET", `/api/v1/jobs?limit=${encodeURIComponent(limit)}`);
  if (json) {
    process.stdout.write(`${JSON.stringify(list, undefined, 2)}\n`);
    return;
  }
  if (list.items.length === 0) {
    process.stdout.write("There is no job yet. Next: imagehub gc --dry-run\n");
    return;
  }
  const heading = ["ID", "KIND", "STATE", "BEGAN", "TOOK", "STARTED BY", ""];
  process.stdout.write(`${formatTable([heading, ...list.items.map(rowOf)])}\n`);
  if (list.continue !== undefined) process.stdout.write("There are more: --limit COUNT shows them\n");
}

async function cancelJob(hub: HubClient, id: string): Promise<void> {
  if (!/^\d{1,15}$/.test(id)) {
    throw new CommandError(
      `Cannot cancel job ${JSON.stringify(id)}: expected a job's number; imagehub jobs lists them`,
    );
  }
  const path = `/api/v1/jobs/${id}`;
  // The record of a job that has ended would be removed.
  const { state } = await hub.request<Job>("GET", path);
  if (state !== "queued" && state !== "running")
    throw new CommandError(`Cannot cancel job ${id}: it has ended, ${state}`);
  const job = await hub.request<Job | undefined>("DELETE", path);
  const isRunning = job?.state === "running";
  process.stdout.write(
    `Job ${id} ${isRunning ? "ends soon; what it had done is done. Next: imagehub jobs" : "is cancelled: it had not begun"}\n`,
  );
}

function rowOf(job: Job): string[] {
  const { id, kind, state, startedBy = "the hub", error, progress, startedAt } = job;
  const told = error ?? (state === "running" && progress ? `${progress.phase} ${progress.done}` : "");
  return [String(id), kind, state, startedAt ?? "", durationOf(job), startedBy, told.slice(0, 60)];
}

function durationOf({ startedAt, endedAt }: Job): string {
  if (startedAt === undefined) return "";
  const seconds = ((endedAt === undefined ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt)) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
