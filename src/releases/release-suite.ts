import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database } from "../database/database.ts";
import type { ReleaseTable } from "../database/tables.ts";
import { NoReleaseOwnerError, ReleaseLimitError } from "./errors.ts";
import { raiseReleaseVersions } from "./new-life.ts";
import { MAX_BYTES_A_USER, MAX_SECRETS_A_USER } from "./room.ts";
import { RELEASE_TYPE, type ReleaseSecret } from "./secret.ts";
import { createReleaseStore } from "./store.ts";

const NAME = "sh.helm.release.v1.demo.v1";
const UID = /^[0-9a-f-]{36}$/;

/** What keeps releases, in a database. */
export function testReleases(title: string, database: Database): void {
  const time = { now: Date.UTC(2026, 0, 1) };
  const releases = createReleaseStore({ database, now: () => time.now });
  let users = 0;

  /** Each test has an owner, who has nothing. */
  async function newOwner(): Promise<string> {
    const name = `user${++users}`;
    await database.write((transaction) =>
      transaction
        .insertInto("users")
        .values({
          name,
          password_hash: "",
          administrator: 0,
          disabled: 0,
          display_name: "",
          created_at: 0,
        })
        .execute(),
    );
    return name;
  }

  test(`${title}: a Secret is given identity, and found as it was made`, async () => {
    const owner = await newOwner();
    const made = await releases.change({ owner, name: NAME }, () => secret({ labels: { owner: "helm" } }));
    const { uid, ...metadata } = made.metadata;
    assert.match(uid ?? "", UID);
    assert.deepEqual(metadata, {
      name: NAME,
      namespace: "sealos-imagehub",
      resourceVersion: "2",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { owner: "helm" },
    });
    assert.deepEqual([made.type, made.data], [RELEASE_TYPE, { release: "YQ==" }]);
    assert.deepEqual(await releases.find(owner, NAME), made);
    assert.equal(await releases.version(owner), 2);
  });

  test(`${title}: a change keeps identity and takes the next version; one that changes nothing takes none`, async () => {
    const owner = await newOwner();
    const place = { owner, name: NAME };
    const made = await releases.change(place, () => secret());
    time.now += 60_000;
    const changed = await releases.change(place, (before) => ({ ...before, ...secret({ data: "Yg==" }) }));
    assert.deepEqual(changed.metadata, { ...made.metadata, resourceVersion: "3" });
    assert.deepEqual(changed.data, { release: "Yg==" });
    assert.deepEqual(await releases.change(place, () => secret({ data: "Yg==" })), changed);
    assert.equal(await releases.version(owner), 3);
  });

  test(`${title}: two owners have Secrets of one name, and neither sees the other's, or its count`, async () => {
    const [one, other] = [await newOwner(), await newOwner()];
    await releases.change({ owner: one, name: NAME }, () => secret({ data: "b25l" }));
    const alone = await releases.version(other);
    assert.equal(await releases.find(other, NAME), undefined);
    assert.deepEqual(await releases.page(other, { after: "", limit: 10 }), []);
    await releases.change({ owner: other, name: NAME }, (before) => {
      assert.equal(before, undefined);
      return secret({ data: "b3RoZXI=" });
    });
    assert.equal(await releases.version(other), alone + 1);
    await releases.change({ owner: other, name: NAME }, () => undefined);
    assert.deepEqual((await releases.find(one, NAME))?.data, { release: "b25l" });
  });

  test(`${title}: a page is in the order of names, after one`, async () => {
    const owner = await newOwner();
    for (const name of ["b", "a", "d", "c"]) await releases.change({ owner, name }, () => secret());
    const page = await releases.page(owner, { after: "a", limit: 2 });
    assert.deepEqual(
      page.map(({ metadata }) => metadata.name),
      ["b", "c"],
    );
  });

  test(`${title}: what is deleted is gone, and its version is not given again`, async () => {
    const owner = await newOwner();
    const place = { owner, name: NAME };
    const made = await releases.change(place, () => secret());
    assert.deepEqual(await releases.change(place, () => undefined), made);
    assert.equal(await releases.find(owner, NAME), undefined);
    const again = await releases.change(place, () => secret());
    assert.notEqual(again.metadata.uid, made.metadata.uid);
    assert.ok(Number(again.metadata.resourceVersion) > Number(made.metadata.resourceVersion) + 1);
  });

  test(`${title}: what the decision throws changes nothing`, async () => {
    const owner = await newOwner();
    const refused = releases.change({ owner, name: NAME }, () => {
      throw new Error("not so");
    });
    await assert.rejects(refused, /not so/);
    assert.equal(await releases.version(owner), 1);
  });

  test(`${title}: a dry run says what would be, and changes nothing`, async () => {
    const owner = await newOwner();
    const place = { owner, name: NAME };
    const foreseen = await releases.change(place, () => secret(), { dryRun: true });
    assert.match(foreseen.metadata.uid ?? "", UID);
    assert.equal(foreseen.metadata.resourceVersion, undefined);
    assert.equal(await releases.find(owner, NAME), undefined);
    const made = await releases.change(place, () => secret());
    const changed = await releases.change(place, () => secret({ data: "Yg==" }), { dryRun: true });
    assert.deepEqual(changed, { ...made, data: { release: "Yg==" } });
    assert.deepEqual(await releases.change(place, () => undefined, { dryRun: true }), made);
    assert.deepEqual(await releases.find(owner, NAME), made);
  });

  test(`${title}: of many that change at once each sees what the last one made, and none is lost`, async () => {
    const owner = await newOwner();
    const names = ["a", "b", "c"];
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        releases.change({ owner, name: names[index % names.length] ?? "" }, (before) =>
          secret({ data: `${before?.data?.["release"] ?? ""}AAAA` }),
        ),
      ),
    );
    const page = await releases.page(owner, { after: "", limit: 10 });
    assert.deepEqual(
      page.map(({ data }) => data?.["release"]),
      names.map(() => "AAAA".repeat(10)),
    );
    assert.equal(await releases.version(owner), 31);
  });

  test(`${title}: an owner has so many Secrets, and changes them when there are as many`, async () => {
    const owner = await newOwner();
    const place = { owner, name: "more" };
    await fill(
      owner,
      Array.from({ length: MAX_SECRETS_A_USER }, (_, index) => ({ name: `n${index}` })),
    );
    const full = {
      name: "ReleaseLimitError",
      message: /^secrets "more" is forbidden: you have 1000 .*--history-max/,
    };
    for (const dryRun of [true, false])
      await assert.rejects(
        releases.change(place, () => secret(), { dryRun }),
        full,
      );
    await releases.change({ owner, name: "n1" }, () => secret({ data: "YSBiaXQgbW9yZQ==" }));
    await releases.change({ owner, name: "n2" }, () => undefined);
    await releases.change(place, () => secret());
  });

  test(`${title}: an owner has so many bytes, and what gets smaller is let in`, async () => {
    const owner = await newOwner();
    const place = { owner, name: "more" };
    await releases.change(place, () => secret());
    await fill(owner, [{ name: "large", size_bytes: MAX_BYTES_A_USER }]);
    const more = releases.change({ owner, name: "another" }, () => secret({ data: "c2VjcmV0" }));
    await assert.rejects(more, (error: Error) => {
      assert.ok(error instanceof ReleaseLimitError);
      assert.match(error.message, new RegExp(`of ${MAX_BYTES_A_USER} that a user has: uninstall`));
      assert.doesNotMatch(error.message, /c2VjcmV0/);
      return true;
    });
    const grown = releases.change(place, () => secret({ data: "YSBiaXQgbW9yZQ==" }));
    await assert.rejects(grown, ReleaseLimitError);
    await releases.change(place, () => secret({ data: "" }));
    await releases.change({ owner, name: "large" }, () => secret({ data: "Yg==" }));
    await releases.change({ owner, name: "another" }, () => secret());
  });

  test(`${title}: with an account its Secrets go, and nothing more is kept for it`, async () => {
    const [owner, other] = [await newOwner(), await newOwner()];
    for (const each of [owner, other]) await releases.change({ owner: each, name: NAME }, () => secret());
    await database.write((transaction) =>
      transaction.deleteFrom("users").where("name", "=", owner).execute(),
    );
    assert.deepEqual(await rowsOf(owner), []);
    assert.equal((await rowsOf(other)).length, 1);
    await assert.rejects(
      releases.change({ owner, name: NAME }, () => secret()),
      NoReleaseOwnerError,
    );
  });

  test(`${title}: after a restore no version is given that was given before`, async () => {
    const owner = await newOwner();
    await releases.change({ owner, name: NAME }, () => secret());
    await database.write(raiseReleaseVersions);
    const changed = await releases.change({ owner, name: NAME }, () => secret({ data: "Yg==" }));
    assert.ok(Number(changed.metadata.resourceVersion) > 2 ** 32);
  });

  /** Puts rows where the store would take its time, or refuse them. */
  async function fill(owner: string, rows: Partial<ReleaseTable>[]): Promise<void> {
    const name = "filler";
    await releases.change({ owner, name }, () => secret());
    const like = (await rowsOf(owner)).find((row) => row.name === name);
    assert.ok(like);
    const values = rows.map((row) => ({ ...like, ...row }));
    await database.write(async (transaction) => {
      await transaction
        .deleteFrom("releases")
        .where("user_name", "=", owner)
        .where("name", "=", name)
        .execute();
      await transaction.insertInto("releases").values(values).execute();
    });
  }

  function rowsOf(owner: string) {
    return database.read.selectFrom("releases").selectAll().where("user_name", "=", owner).execute();
  }
}

function secret({
  data = "YQ==",
  labels,
}: { data?: string; labels?: Record<string, string> } = {}): ReleaseSecret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: NAME, ...(labels && { labels }) },
    data: { release: data },
    type: RELEASE_TYPE,
  };
}
