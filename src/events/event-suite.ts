import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database } from "../database/database.ts";
import { ExpiredError } from "../resource-store/errors.ts";
import { newResource } from "../resources/kinds.ts";
import type { Happening } from "./event.ts";
import { KEPT_MS, MAX_AN_OBJECT, pruneEvents, REMOVED_KEPT_MS } from "./prune.ts";
import { readWatch, type WatchReader } from "../resource-store/suite/read-watch.ts";
import { createEventReader, type EventChange, type EventReader } from "./reader.ts";
import { startEventRecorder } from "./recorder.ts";
import { currentFloor, raiseFloor } from "./versions.ts";

/** What events are, in a database. */
export function testEvents(title: string, database: Database): void {
  test(`${title}: events that cannot be written are lost, and nobody fails for it`, async () => {
    const full = { ...database, write: () => Promise.reject(new Error("the disk is full")) };
    const { recorder, lost } = start(full);
    recorder.record(happening("a"));
    await recorder.close();
    assert.deepEqual(lost, ["events were lost"]);
  });

  test(`${title}: what waits to be written is bounded`, async () => {
    const { recorder, reader, close } = start(database);
    for (let index = 0; index < 600; index++) recorder.record(happening(`a${index}`));
    await recorder.flush();
    assert.equal((await reader.page({ after: "", limit: 1000 })).length, 500);
    await close();
  });

  test(`${title}: the same again is counted, in one write or in several`, async () => {
    const { recorder, reader, close, time } = start(database);
    recorder.record(happening("a"));
    recorder.record(happening("a"));
    await recorder.flush();
    time.now += 5000;
    recorder.record(happening("a"));
    recorder.record(happening("a", { message: "another" }));
    await recorder.flush();
    const events = (await reader.page({ after: "", limit: 10 })).map(({ event }) => event);
    assert.deepEqual(events.map(({ message, count }) => `${message} ${count}`).toSorted(), [
      "another 1",
      "happened 3",
    ]);
    const counted = events.find(({ count }) => count === 3);
    assert.equal(Date.parse(counted?.lastTimestamp ?? "") - Date.parse(counted?.firstTimestamp ?? ""), 5000);
    await close();
  });

  test(`${title}: an event is removed after an hour, and begins anew when it happens again`, async () => {
    const { recorder, reader, close, time } = start(database);
    recorder.record(happening("a"));
    recorder.record(happening("a"));
    await recorder.flush();
    await pruneEvents(database, { now: time.now + KEPT_MS });
    const [before] = await reader.page({ after: "", limit: 10 });
    assert.ok(before);
    await pruneEvents(database, { now: time.now + KEPT_MS + 1 });
    assert.deepEqual(await reader.page({ after: "", limit: 10 }), []);
    assert.equal(await reader.find(before.event.metadata.name), undefined);
    recorder.record(happening("a"));
    await recorder.flush();
    const again = await reader.find(before.event.metadata.name);
    assert.equal(again?.event.count, 1);
    assert.notEqual(again?.event.metadata.uid, before.event.metadata.uid);
    await close();
  });

  test(`${title}: no resource has more than some events, nor have all`, async () => {
    const { recorder, reader, close, time } = start(database);
    for (let index = 0; index < MAX_AN_OBJECT + 5; index++) {
      recorder.record(happening("loud", { message: `message ${index}` }));
    }
    recorder.record(happening("quiet"));
    await recorder.flush();
    await pruneEvents(database, { now: time.now });
    const kept = (await reader.page({ after: "", limit: 100 })).map(({ event }) => event.message);
    assert.equal(kept.length, MAX_AN_OBJECT + 1);
    assert.ok(!kept.includes("message 4") && kept.includes("message 5"));
    await pruneEvents(database, { now: time.now, maxEvents: 2 });
    const newest = (await reader.page({ after: "", limit: 100 })).map(({ event }) => event.message);
    assert.deepEqual(newest.toSorted(), ["happened", `message ${MAX_AN_OBJECT + 4}`]);
    await close();
  });

  test(`${title}: a watch tells what is new, counted and removed, from the version that it is given`, async () => {
    const { recorder, reader, close, time } = start(database);
    const start0 = await reader.version();
    recorder.record(happening("a"));
    await recorder.flush();
    const watch = watchFrom(reader, start0);
    assert.deepEqual(await next(watch), "ADDED a 1");
    const waiting = next(watch);
    recorder.record(happening("a"));
    await recorder.flush();
    assert.equal(await waiting, "MODIFIED a 2");
    await pruneEvents(database, { now: time.now + KEPT_MS + 1 });
    reader.ring();
    assert.equal(await next(watch), "DELETED a 2");
    await watch.stop();
    await close();
  });

  test(`${title}: who watches from before what was forgotten, or from the future, lists again`, async () => {
    const { recorder, reader, close, time } = start(database);
    const before = await reader.version();
    recorder.record(happening("a"));
    await recorder.flush();
    const after = await reader.version();
    await pruneEvents(database, { now: time.now + KEPT_MS + 1 });
    await pruneEvents(database, { now: time.now + KEPT_MS + 2 + REMOVED_KEPT_MS });
    for (const version of [before, after, (await reader.version()) + 1]) {
      await assert.rejects(watchFrom(reader, version).next(), ExpiredError, `${version}`);
    }
    const { rows } = await database.read
      .selectFrom("events")
      .select(({ fn }) => fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
    assert.equal(Number(rows), 0);
    await close();
  });

  // The last one: watches of versions before the floor expire.
  test(`${title}: of two hubs that forget events at once, the later one forgets no less`, async () => {
    const floor = await currentFloor(database.read);
    await database.write((transaction) => raiseFloor(transaction, floor + 2));
    await database.write((transaction) => raiseFloor(transaction, floor + 1));
    assert.equal(await currentFloor(database.read), floor + 2);
  });
}

function start(database: Database) {
  const time = { now: Date.UTC(2026, 0, 1) };
  const lost: string[] = [];
  const reader = createEventReader(database);
  const recorder = startEventRecorder({
    database,
    logger: { warn: (_fields, message) => lost.push(message) },
    onWritten: () => reader.ring(),
    now: () => time.now,
  });
  const close = async (): Promise<void> => {
    await recorder.close();
    await database.write((transaction) => transaction.deleteFrom("events").execute());
  };
  return { recorder, reader, time, lost, close };
}

function happening(name: string, { message = "happened" } = {}): Happening {
  const { metadata, ...resource } = newResource("Organization", name, { spec: {} });
  const about = { ...resource, metadata: { ...metadata, uid: `uid of ${name}` } };
  return { about, type: "Normal", reason: "Happened", message };
}

function watchFrom(reader: EventReader, after: number): WatchReader<EventChange> {
  return readWatch((signal, tell) => reader.watch({ after, signal, onProgress: () => undefined }, tell));
}

async function next(watch: WatchReader<EventChange>): Promise<string> {
  const change = await watch.next();
  return `${change?.type} ${change?.event.involvedObject.name} ${change?.event.count}`;
}
