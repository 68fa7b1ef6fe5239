import type { Queryable } from "../../database/database.ts";
import type { Digest } from "../../oci/digest.ts";
import { isHeld } from "../blob-rows.ts";
import { judgeBlob, type BlobRow, type Verdict } from "./blob-verdict.ts";
import type { CheckRun } from "./check-run.ts";
import { NOT_NEEDED } from "./finding-kinds.ts";
import { imagesWithBlob } from "./images.ts";
import { inPages, PAGE_ROWS } from "./pages.ts";
import { repairBlob } from "./repair-blob.ts";

/** Compares the bytes of every blob that somebody may ask for with its row. */
export async function checkBlobs(run: CheckRun): Promise<void> {
  const { read } = run.database;
  run.enter("blobs", await countBlobs(read));
  const first = { digest: "" as Digest } as HeldRow;
  const rows = inPages(first, ({ digest }) =>
    heldRows(read).where("digest", ">", digest).orderBy("digest").limit(PAGE_ROWS).execute(),
  );
  for await (const row of rows) {
    if (isExpected(row)) await checkBlob(run, row);
    await run.next({ sizeBytes: row.size });
  }
}

/**
 * Looks at a blob twice, each time between two looks at its row: when that is the same, the blob was there all the
 * time, since one that goes and comes again has a row that was made later.
 */
async function checkBlob(run: CheckRun, first: HeldRow): Promise<void> {
  let row = first;
  let verdict: Verdict = { kind: "whole" };
  for (let look = 0; look < 2; look++) {
    verdict = await judgeBlob(run, row);
    if (verdict.kind === "whole") return;
    const [now] = await heldRows(run.database.read).where("digest", "=", row.digest).execute();
    if (!now || !isSame(now, row)) return;
    row = now;
  }
  if (verdict.kind === "whole") return;
  const where = await imagesWithBlob(run.database.read, row.digest);
  const { repaired, failure } = run.repair ? await repairBlob(run, row, verdict) : {};
  const detail = verdict.kind === "blob-unreadable" ? verdict.reason : failure;
  run.add({
    kind: verdict.kind,
    what: row.digest,
    where,
    detail,
    repaired,
    ...(verdict.kind === "blob-missing" && { repairable: row.state !== "storing" }),
    ...(isLost(verdict) && where.names.length === 0 && { remedy: NOT_NEEDED }),
  });
}

function isLost({ kind }: Verdict): boolean {
  return kind === "blob-missing" || kind === "blob-damaged";
}

interface HeldRow extends BlobRow {
  held: boolean;
}

/** An upload under way has a row before it has bytes, and nothing holds that; what is held was stored once. */
function isExpected({ state, held }: HeldRow): boolean {
  return state === "live" || held;
}

function isSame(now: HeldRow, before: HeldRow): boolean {
  return now.state === before.state && now.created_at === before.created_at && isExpected(now);
}

function heldRows(queryable: Queryable) {
  return queryable
    .selectFrom("blobs")
    .select((eb) => ["digest", "size", "state", "created_at", "grace_until", isHeld(eb).as("held")])
    .$narrowType<{ digest: Digest; held: boolean }>();
}

async function countBlobs(queryable: Queryable): Promise<number> {
  const { count } = await queryable
    .selectFrom("blobs")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}
