import { DUMP_SUFFIX } from "../../database/dump/format.ts";

/** A snapshot of the database in storage, as its name tells of it. */
export interface SnapshotName {
  name: string;
  /** What the database was then. */
  at: Date;
  /** The beginning of the database's incarnation. */
  life: string;
}

/** For example `database-20261124T101500000Z-1f0e8a3c.jsonl.zst`: names are in the order of their times. */
export function snapshotName(at: Date, incarnation: string): string {
  return `database-${at.toISOString().replaceAll(/[-:.]/g, "")}-${lifeOf(incarnation)}${DUMP_SUFFIX}`;
}

/** @returns undefined for the name of something else */
export function parseSnapshotName(name: string): SnapshotName | undefined {
  const match = /^database-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([0-9a-z]+)\.jsonl\.zst$/.exec(
    name,
  );
  if (!match) return undefined;
  const [year, month, day, hour, minute, second, ms, life = ""] = match.slice(1);
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(at.getTime()) ? undefined : { name, at, life };
}

export function lifeOf(incarnation: string): string {
  return incarnation.slice(0, 8);
}
