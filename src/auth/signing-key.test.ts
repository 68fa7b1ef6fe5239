import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openSqlite } from "../database/sqlite.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryTokens } from "./registry-token.ts";
import { openSigningKeys } from "./signing-key.ts";
import { ANONYMOUS } from "./subject.ts";

const DAY_MS = 24 * 3_600_000;
const folder = await mkdtemp(join(tmpdir(), "imagehub-keys-"));
const database = await openSqlite(join(folder, "hub.db"), { syncFile: async () => undefined });
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

let nowMs = Date.UTC(2026, 0, 1);
const now = (): number => nowMs;
const liveness = { isLive: async () => true };

test("hubs that start at once on a database share the key that was stored first", async () => {
  const [one, other] = await Promise.all([
    openSigningKeys(database, { now }),
    openSigningKeys(database, { now }),
  ]);
  assert.equal(one.current().id, other.current().id);
  assert.equal(one.publicKeys().keys.length, 1);
  await Promise.all([one.close(), other.close()]);
});

test("a key is replaced by age, and verifies until its tokens are over, in a hub that did not replace it too", async () => {
  const keys = await openSigningKeys(database, { now });
  const replica = await openSigningKeys(database, { now });
  const tokens = createRegistryTokens({ keys, liveness, now });
  const atReplica = createRegistryTokens({ keys: replica, liveness, now });
  const before = keys.current().id;
  nowMs += 89 * DAY_MS;
  await keys.rotate();
  assert.equal(keys.current().id, before);

  nowMs += 2 * DAY_MS;
  const old = await tokens.issue(ANONYMOUS, []);
  await keys.rotate();
  assert.notEqual(keys.current().id, before);
  assert.deepEqual(
    keys.publicKeys().keys.map(({ kid }) => kid),
    [keys.current().id, before],
  );
  // A hub without what it verified before.
  await createRegistryTokens({ keys, liveness, now }).verify(old);
  // The replica learns of the new key by a token that names it.
  await atReplica.verify(await tokens.issue(ANONYMOUS, []));
  await atReplica.verify(old);

  nowMs += DAY_MS;
  await keys.rotate();
  assert.deepEqual(
    keys.publicKeys().keys.map(({ kid }) => kid),
    [keys.current().id],
  );
  await Promise.all([keys.close(), replica.close()]);
});

test("a hub of the time of one key goes on with it until it is replaced", async () => {
  const keys = await openSigningKeys(database, { now });
  const [stored] = JSON.parse(
    (
      await database.read
        .selectFrom("settings")
        .select("value")
        .where("name", "=", "registry-signing-key")
        .executeTakeFirstOrThrow()
    ).value,
  ) as { jwk: object }[];
  await database.write((transaction) =>
    transaction
      .updateTable("settings")
      .set({ value: JSON.stringify(stored?.jwk) })
      .where("name", "=", "registry-signing-key")
      .execute(),
  );
  const next = await openSigningKeys(database, { now });
  assert.equal(next.publicKeys().keys[1]?.kid, keys.current().id);
  await Promise.all([keys.close(), next.close()]);
});
