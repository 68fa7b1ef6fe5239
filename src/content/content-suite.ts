import { after, describe } from "node:test";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { Database } from "../database/database.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/reference.ts";
import { testBlobs } from "./blobs-suite.ts";
import { createContent } from "./create.ts";
import { testDirtyKeys } from "./dirty-keys-suite.ts";
import { testImmutableTags } from "./immutable-tags-suite.ts";
import { testLatest } from "./latest-suite.ts";
import { testManifests } from "./manifests-suite.ts";
import { testPulls } from "./pulls-suite.ts";
import { testRepositories } from "./repositories-suite.ts";
import { testUploads } from "./uploads-suite.ts";

/** What every database must do for content, on a database of its own. */
export function testContent(name: string, open: () => Promise<Database>): void {
  describe(`content on ${name}`, async () => {
    const database = await open();
    const storage = createMemoryStorage();
    const content = createContent({ database, storage });
    const parts = { content, database, storage };
    let repositories = 0;
    after(async () => {
      await content.close();
      await database.close();
    });

    async function newRepository(): Promise<RepositoryName> {
      repositories += 1;
      const repository = parseRepositoryName(`org${repositories}/app`);
      await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
      return repository;
    }

    testManifests(content, newRepository);
    testLatest(parts, newRepository);
    testImmutableTags(content, newRepository);
    testDirtyKeys(parts, newRepository);
    testRepositories(content);
    testPulls(parts, newRepository);
    testUploads(parts, newRepository);
    testBlobs(content, newRepository);
  });
}
