import { after, describe } from "node:test";
import { testBlobStorage } from "../../src/blob-storage/blob-storage-suite.ts";
import { openBlobStorage } from "../../src/blob-storage/open.ts";
import { skip, startS3Server } from "./s3-server.ts";

describe("S3", { skip }, async () => {
  if (skip) return;
  const server = await startS3Server();
  after(() => server.stop());

  testBlobStorage("storage in S3 that several hubs write to", () =>
    openBlobStorage(server.storageUrl("shared/storage")),
  );
  testBlobStorage("storage in S3 that one hub writes to", () =>
    openBlobStorage(server.storageUrl("sole"), { soleWriter: true }),
  );
});
