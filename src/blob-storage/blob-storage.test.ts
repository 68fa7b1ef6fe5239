import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { testBlobStorage } from "./blob-storage-suite.ts";
import { openBlobStorage } from "./open.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-blob-storage-"));
after(() => rm(folder, { recursive: true }));

testBlobStorage("file storage", () => openBlobStorage(`file:${folder}`));
testBlobStorage("memory storage", () => openBlobStorage("memory:"));
