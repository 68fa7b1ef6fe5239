import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database, Queryable } from "./database.ts";
import { isForeignKeyViolation, isUniqueViolation } from "./errors.ts";

/** The part of the database suite about rows that need each other. */
export function testReferences(database: () => Database): void {
  test("a second row with one key is told as such", async () => {
    await database().write((transaction) => insertBlob(transaction, "twice", 1));
    await assert.rejects(
      database().write((transaction) => insertBlob(transaction, "twice", 2)),
      (error) => isUniqueViolation(error) && !isForeignKeyViolation(error),
    );
  });

  test("a blob that a manifest needs cannot go, nor can the repository's link to it", async () => {
    await database().write((transaction) => insertImage(transaction, "needed/blob"));
    for (const table of ["blobs", "repository_blobs"] as const) {
      const deleting = database().write((transaction) =>
        transaction.deleteFrom(table).where("digest", "=", "needed/blob blob").execute(),
      );
      await assert.rejects(deleting, isForeignKeyViolation);
    }
  });

  test("a tag names a manifest that is there", async () => {
    const tagging = database().write(async (transaction) => {
      const repository_id = await insertRepository(transaction, "tagged/nothing");
      await insertTag(transaction, { repository_id, digest: "nothing" });
    });
    await assert.rejects(tagging, isForeignKeyViolation);
  });

  test("a repository with a tag, a manifest or a blob cannot go; emptied in that order, it can", async () => {
    const name = "whole/repository";
    await database().write((transaction) => insertImage(transaction, name));
    const steps = [
      (transaction: Queryable) => transaction.deleteFrom("tags").where("digest", "=", `${name} manifest`),
      (transaction: Queryable) =>
        transaction.deleteFrom("manifests").where("digest", "=", `${name} manifest`),
      (transaction: Queryable) =>
        transaction.deleteFrom("repository_blobs").where("digest", "=", `${name} blob`),
    ];
    const deleteRepository = (transaction: Queryable) =>
      transaction.deleteFrom("repositories").where("name", "=", name).executeTakeFirstOrThrow();
    for (const step of steps) {
      await assert.rejects(database().write(deleteRepository), isForeignKeyViolation);
      await database().write((transaction) => step(transaction).execute());
    }
    const { numDeletedRows } = await database().write(deleteRepository);
    assert.equal(numDeletedRows, 1n);
  });
}

export async function insertBlob(queryable: Queryable, digest: string, size: number): Promise<void> {
  await queryable
    .insertInto("blobs")
    .values({ digest, size, state: "live", created_at: 0, grace_until: 0 })
    .execute();
}

export async function insertRepository(queryable: Queryable, name: string): Promise<number> {
  const { id } = await queryable
    .insertInto("repositories")
    .values({
      name,
      organization: name.split("/")[0] ?? "",
      visibility: "public",
      immutable_tags: "[]",
      newest_tag: null,
      pulls: 0,
      created_at: 0,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function insertTag(
  queryable: Queryable,
  { repository_id, digest }: { repository_id: number; digest: string },
): Promise<void> {
  await queryable
    .insertInto("tags")
    .values({ repository_id, name: "v1", digest, pushed_at: 0, pushed_by: "alice", artifact: 0 })
    .execute();
}

/** A repository with one tag, of one manifest, of one blob. */
export async function insertImage(queryable: Queryable, name: string): Promise<void> {
  const repository_id = await insertRepository(queryable, name);
  const [manifest, blob] = [`${name} manifest`, `${name} blob`];
  await insertBlob(queryable, blob, 1);
  await queryable
    .insertInto("repository_blobs")
    .values({ repository_id, digest: blob, linked_at: 0 })
    .execute();
  await queryable
    .insertInto("manifest_contents")
    .values({ digest: manifest, content: new Uint8Array(1) })
    .execute();
  await queryable
    .insertInto("manifests")
    .values({
      repository_id,
      digest: manifest,
      media_type: "type",
      size: 1,
      kind: "image",
      artifact_type: null,
      subject: null,
      annotations: "{}",
      pushed_at: 0,
      pushed_by: "alice",
    })
    .execute();
  await queryable
    .insertInto("manifest_blobs")
    .values({ repository_id, manifest_digest: manifest, blob_digest: blob })
    .execute();
  await insertTag(queryable, { repository_id, digest: manifest });
}
