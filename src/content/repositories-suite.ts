import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRepositoryName } from "../oci/reference.ts";
import type { Content } from "./content.ts";
import { refuses } from "./content.fixture.ts";

/** Whose a repository is that a push makes. */
export function testRepositories(content: Content): void {
  test("an organization belongs to whoever pushed first, and to nobody who came too late", async () => {
    const first = parseRepositoryName("contested/one");
    await content.repositories.ensure(first, { newOrganizationOwner: "alice" });
    const second = parseRepositoryName("contested/two");
    await refuses("DENIED", content.repositories.ensure(second, { newOrganizationOwner: "bob" }));
    assert.equal(await content.repositories.find(second), undefined);
  });

  test("two requests of one first push may both make the organization, and the repository", async () => {
    const names = ["at-once/one", "at-once/one", "at-once/two"].map(parseRepositoryName);
    const ids = await Promise.all(
      names.map((name) => content.repositories.ensure(name, { newOrganizationOwner: "alice" })),
    );
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });
}
