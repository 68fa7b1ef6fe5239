import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { requireApart } from "./apart-from-hub.ts";
import { BackupFolderError } from "./errors.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "imagehub-apart-")));
after(() => rmSync(root, { recursive: true }));
const [data, storage] = [join(root, "data"), join(root, "storage")];
mkdirSync(data);
mkdirSync(storage);
symlinkSync(storage, join(data, "blobs"));
symlinkSync(data, join(root, "link"));

for (const within of [
  "data",
  "data/backup",
  "data/a/b/c",
  "link/backup",
  "storage/backup",
  "data/blobs/backup",
]) {
  test(`a backup into ${within} is refused, with what to do`, async () => {
    await assert.rejects(
      requireApart(join(root, within), [data, storage]),
      (error) =>
        error instanceof BackupFolderError &&
        /within the hub's own folder .*would go with what it is to save; choose a folder elsewhere/.test(
          error.message,
        ),
    );
  });
}

test("a hub's folder that is named by a link is seen, too", async () => {
  await assert.rejects(requireApart(join(data, "backup"), [join(root, "link")]), BackupFolderError);
});

for (const apart of ["backup", "data-backup", "..data", "."]) {
  test(`a backup into ${apart} beside the hub's folders is taken`, async () => {
    await requireApart(join(root, apart), [data, storage]);
  });
}
