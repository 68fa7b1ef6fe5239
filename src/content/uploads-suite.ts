import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import {
  chunks,
  cutOff,
  type ContentParts,
  type NewRepository,
  refuses,
  rejection,
} from "./content.fixture.ts";
import { createContent } from "./create.ts";

/** How uploads begin, go on and end. */
export function testUploads(parts: ContentParts, newRepository: NewRepository): void {
  const { content } = parts;

  test("an upload in chunks goes on after a restart of the hub", async () => {
    const repository = await newRepository();
    const bytes = Buffer.from("first half, second half");
    const upload = content.uploads.start(repository);
    await content.uploads.append(repository, upload, { body: chunks(bytes.subarray(0, 10)) });
    const restarted = createContent(parts);
    assert.equal(await restarted.uploads.size(repository, upload), 10);
    await restarted.uploads.append(repository, upload, { body: chunks(bytes.subarray(10)), offset: 10 });
    await restarted.uploads.finish(repository, upload, digestOf(bytes));
    assert.equal(await content.blobs.stat(repository, digestOf(bytes)), bytes.length);
    await restarted.close();
  });

  test("a chunk out of order is refused, and the upload goes on where it was", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    await content.uploads.append(repository, upload, { body: chunks(Buffer.from("abc")), offset: 0 });
    const error = await rejection(
      content.uploads.append(repository, upload, { body: chunks(Buffer.from("x")), offset: 5 }),
    );
    assert.deepEqual([error.code, error.detail], ["RANGE_INVALID", { offset: 5, expected: 3 }]);
    await content.uploads.append(repository, upload, { body: chunks(Buffer.from("def")), offset: 3 });
    await content.uploads.finish(repository, upload, digestOf(Buffer.from("abcdef")));
  });

  test("a body that is cut off keeps what came, and the digest is that of all", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    const broken = content.uploads.append(repository, upload, { body: cutOff(Buffer.from("abc")) });
    await assert.rejects(broken, /cut off/);
    const held = await content.uploads.size(repository, upload);
    await content.uploads.append(repository, upload, { body: chunks(Buffer.from("abcdef").subarray(held)) });
    await content.uploads.finish(repository, upload, digestOf(Buffer.from("abcdef")));
  });

  test("a wrong digest is refused with the right one, and the upload may be ended with that", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    const bytes = Buffer.from("some bytes");
    await content.uploads.append(repository, upload, { body: chunks(bytes) });
    const error = await rejection(
      content.uploads.finish(repository, upload, digestOf(Buffer.from("others"))),
    );
    assert.equal(error.code, "DIGEST_INVALID");
    assert.match(error.message, new RegExp(digestOf(bytes)));
    await content.uploads.finish(repository, upload, digestOf(bytes, "sha512"));
    assert.equal(await content.blobs.stat(repository, digestOf(bytes, "sha512")), bytes.length);
  });

  test("an upload of one body that is cut off goes on from what came, after a restart of the hub too", async () => {
    const repository = await newRepository();
    const digest = digestOf(Buffer.from("abcdef"));
    const upload = content.uploads.start(repository);
    const broken = content.uploads.finish(repository, upload, digest, { body: cutOff(Buffer.from("abc")) });
    await assert.rejects(broken, /cut off/);
    const restarted = createContent(parts);
    const held = await restarted.uploads.size(repository, upload);
    const rest = { body: chunks(Buffer.from("abcdef").subarray(held)), offset: held };
    await restarted.uploads.finish(repository, upload, digest, rest);
    assert.equal(await content.blobs.stat(repository, digest), 6);
    await restarted.close();
  });

  test("an upload that was begun before a restart of the hub goes on, though nothing came of it yet", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    const restarted = createContent(parts);
    assert.equal(await restarted.uploads.size(repository, upload), 0);
    await refuses("BLOB_UPLOAD_UNKNOWN", restarted.uploads.size(await newRepository(), upload));
    const body = Buffer.from("begun before");
    await restarted.uploads.finish(repository, upload, digestOf(body), { body: chunks(body) });
    assert.equal(await content.blobs.stat(repository, digestOf(body)), body.length);
    await restarted.close();
  });

  for (const whole of [true, false]) {
    test(`an upload ${whole ? "of one body" : "in chunks"} has no row when it ended, and is unknown`, async () => {
      const repository = await newRepository();
      const upload = content.uploads.start(repository);
      const body = Buffer.from(`rows ${whole}`);
      if (!whole) await content.uploads.append(repository, upload, { body: chunks(body) });
      const part = whole ? { body: chunks(body) } : undefined;
      await content.uploads.finish(repository, upload, digestOf(body), part);
      const rows = parts.database.read.selectFrom("uploads").selectAll().where("id", "=", upload);
      assert.deepEqual(await rows.execute(), []);
      await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(repository, upload));
      await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.finish(repository, upload, digestOf(body), part));
    });
  }

  test("a chunk that comes while its upload is ended leaves no row", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    const body = Buffer.from("ended meanwhile");
    const [chunk, end] = await Promise.allSettled([
      content.uploads.append(repository, upload, { body: chunks(Buffer.from("late")), offset: 0 }),
      content.uploads.finish(repository, upload, digestOf(body), { body: chunks(body), offset: 0 }),
    ]);
    assert.deepEqual([chunk.status, end.status], ["rejected", "fulfilled"]);
    const rows = parts.database.read.selectFrom("uploads").selectAll().where("id", "=", upload);
    assert.deepEqual(await rows.execute(), []);
  });

  test("with 10,000 uploads that hold bytes, no other is kept, but one that ends at once is taken", async () => {
    const repository = await newRepository();
    await fillUploads(parts, repository);
    const body = Buffer.from("one too many");
    const chunked = content.uploads.start(repository);
    const cut = content.uploads.start(repository);
    const whole = content.uploads.start(repository);
    const append = content.uploads.append(repository, chunked, { body: chunks(body) });
    await refuses("TOOMANYREQUESTS", append);
    const broken = content.uploads.finish(repository, cut, digestOf(body), { body: cutOff(body) });
    await assert.rejects(broken, /cut off/);
    assert.equal(await parts.storage.uploadSize(cut), undefined);
    await content.uploads.finish(repository, whole, digestOf(body), { body: chunks(body) });
    assert.equal(await content.blobs.stat(repository, digestOf(body)), body.length);
  });

  test("an ended, a cancelled and another repository's upload are unknown", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(await newRepository(), upload));
    await content.uploads.cancel(repository, upload);
    await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(repository, upload));
    await refuses(
      "BLOB_UPLOAD_UNKNOWN",
      content.uploads.append(repository, upload, { body: chunks(Buffer.from("x")) }),
    );
  });

  for (const next of ["append", "finish", "cancel"] as const) {
    test(`two requests never write into one upload at once: ${next} ends a body that comes no more`, async () => {
      const repository = await newRepository();
      const upload = content.uploads.start(repository);
      const asked = Promise.withResolvers<void>();
      async function* halting(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("one, ");
        asked.resolve();
        await new Promise(() => undefined);
      }
      const first = content.uploads.append(repository, upload, { body: halting() });
      const overtaken = refuses("BLOB_UPLOAD_INVALID", first);
      await asked.promise;
      const digest = digestOf(Buffer.from("one, two"));
      const rest = { body: chunks(Buffer.from("two")), offset: 5 };
      if (next === "append") {
        assert.equal(await content.uploads.append(repository, upload, rest), 8);
        await content.uploads.finish(repository, upload, digest);
      }
      if (next === "finish") await content.uploads.finish(repository, upload, digest, rest);
      if (next === "cancel") await content.uploads.cancel(repository, upload);
      await overtaken;
      await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(repository, upload));
      assert.equal(await content.blobs.stat(repository, digest), next === "cancel" ? undefined : 8);
      await content.blobs.delete(repository, digest);
    });
  }

  test("an empty blob can be stored", async () => {
    const repository = await newRepository();
    const upload = content.uploads.start(repository);
    await content.uploads.finish(repository, upload, digestOf(Buffer.alloc(0)));
    assert.equal(await content.blobs.stat(repository, digestOf(Buffer.alloc(0))), 0);
  });
}

/** As many as a repository may have, without their bytes. */
async function fillUploads({ content, database }: ContentParts, repository: RepositoryName): Promise<void> {
  const { id: repository_id } = (await content.repositories.find(repository)) ?? assert.fail();
  const row = (index: number) => ({ id: `full-${index}`, repository_id, started_at: 0, updated_at: 0 });
  for (let index = 0; index < 10_000; index += 1000) {
    const rows = Array.from({ length: 1000 }, (_, offset) => row(index + offset));
    await database.write((transaction) => transaction.insertInto("uploads").values(rows).execute());
  }
}
