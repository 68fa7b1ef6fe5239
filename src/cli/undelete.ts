import type { Command } from "commander";
import type { RestoreResult } from "../api/contract/deleted.ts";
import { parseDigest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parseRepositoryName, parseTag } from "../oci/reference.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { CommandError } from "./errors.ts";
import { formatTable } from "./format.ts";
import {
  DELETED_PAGE,
  listDeleted,
  nameOf,
  restoreLatest,
  restoreRepository,
  type Wanted,
} from "./restore-deleted.ts";

interface UndeleteFlags {
  organization?: string;
  force?: boolean;
  json?: boolean;
}

/** `imagehub undelete` */
export function addUndelete(program: Command): void {
  const command = program
    .command("undelete")
    .description("list what was deleted and can be restored, or restore it")
    .argument("[name]", "org/repo:tag, org/repo@sha256:…, or org/repo for all that was deleted there")
    .option("--organization <NAME>", "list only what was deleted there")
    .option("--force", "move a tag that was set again, to the image that was deleted")
    .option("--json", "print what was found, or restored, as JSON");
  onHub<UndeleteFlags, [string | undefined]>(command, async (hub, flags, name) => {
    if (name === undefined) await list(hub, flags);
    else await restoreNamed(hub, parseWanted(name), flags);
  });
}

async function list(hub: HubClient, { organization, json = false }: UndeleteFlags): Promise<void> {
  const page = await listDeleted(hub, { ...(organization !== undefined && { organization }) });
  if (json) return print(JSON.stringify(page.items, undefined, 2));
  if (page.items.length === 0) return print("Nothing was deleted that could be restored.");
  const rows = page.items.map((entry) => [
    nameOf(entry),
    entry.tag === undefined ? "" : shorten(entry.digest),
    atMinute(entry.deletedAt),
    entry.deletedBy,
    atMinute(entry.keptUntil),
  ]);
  print(formatTable([["DELETED", "IMAGE", "WHEN", "BY", "KEPT UNTIL"], ...rows]));
  if (page.continue !== undefined)
    print(`These are the latest ${DELETED_PAGE}: --organization NAME shows fewer`);
}

async function restoreNamed(hub: HubClient, wanted: Wanted, flags: UndeleteFlags): Promise<void> {
  const options = { replace: flags.force ?? false };
  const isWhole = wanted.tag === undefined && wanted.digest === undefined;
  const results = isWhole
    ? await restoreRepository(hub, wanted.repository, options)
    : [await restoreLatest(hub, wanted, options)];
  if (flags.json === true) return print(JSON.stringify(results, undefined, 2));
  for (const result of results) print(describe(result));
}

/** @throws CommandError */
function parseWanted(text: string): Wanted {
  const [name = "", digest] = text.split("@", 2);
  const colon = name.indexOf(":");
  try {
    return {
      repository: parseRepositoryName(colon < 0 ? name : name.slice(0, colon)),
      ...(colon >= 0 && { tag: parseTag(name.slice(colon + 1)) }),
      ...(digest !== undefined && { digest: parseDigest(digest) }),
    };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new CommandError(`Cannot undelete ${JSON.stringify(text)}: ${error.message}`, { cause: error });
  }
}

function describe({ repository, tags, manifests, takenTags }: RestoreResult): string {
  const images = manifests.map((digest) => `Restored ${repository}@${digest}`);
  const set = tags.map((tag) => `Restored ${repository}:${tag}`);
  const taken = takenTags.map((tag) => `Left alone ${repository}:${tag}, which was set again since`);
  return [...images, ...set, ...taken].join("\n");
}

function shorten(digest: string): string {
  return digest.slice(0, digest.indexOf(":") + 13);
}

/** `2026-11-24 15:30Z` */
function atMinute(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}Z`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
