import type { BlobStorage } from "../blob-storage/port.ts";
import type { Digest } from "../oci/digest.ts";

/** Bytes that lay in the place of a blob and are none, kept so that somebody may look at them. */
export interface Quarantined {
  /** In the storage's `imagehub/quarantine`: `sha256-abcd…-20261124T101500000Z`. */
  name: string;
  sizeBytes: number;
  /** When they were set aside. */
  at: Date;
}

/** Copies what lies in the place of a blob into quarantine, durably. @returns its name there */
export async function quarantine(
  { storage, now }: { storage: BlobStorage; now: () => number },
  digest: Digest,
): Promise<string> {
  const at = new Date(now()).toISOString().replaceAll(/[-:.]/g, "");
  const name = `${digest.replace(":", "-")}-${at}`;
  await storage.quarantine.write(name, await storage.read(digest));
  return name;
}

/** What is in quarantine, in no order; what somebody else put there is passed over. */
export async function* listQuarantined(storage: BlobStorage): AsyncGenerator<Quarantined> {
  for await (const { name, sizeBytes } of storage.quarantine.list()) {
    const at = timeOf(name);
    if (at) yield { name, sizeBytes, at };
  }
}

function timeOf(name: string): Date | undefined {
  const match = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(name);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second, ms] = match.slice(1);
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
