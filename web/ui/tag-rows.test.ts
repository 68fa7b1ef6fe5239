import assert from "node:assert/strict";
import { test } from "node:test";
import { newResource, type Image, type Repository } from "../../src/resources/kinds.ts";
import { tagRows } from "./tag-rows.ts";

const digest = `sha256:${"0".repeat(64)}`;
const tag = (name: string, pushedAt: string) => ({ name, digest, size: 1, pushedAt });

function repository(tags: ReturnType<typeof tag>[]): Repository {
  return newResource("Repository", "a.b", { spec: { name: "a/b" }, status: { tags } });
}

function image(name: string, pushedAt: string): Image {
  const platforms = [{ os: "linux", architecture: "arm64", variant: "v8", digest, size: 2 }];
  return newResource("Image", `a.b.${name}`, {
    spec: { name: `a/b:${name}` },
    status: { digest, size: 2, pushedAt, platforms },
  });
}

test("tags stand newest first, before any image has arrived", () => {
  const rows = tagRows(
    repository([tag("v1", "2026-01-01T00:00:00Z"), tag("v2", "2026-02-01T00:00:00Z")]),
    [],
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["v2", "v1"],
  );
  assert.equal(rows[0]?.platforms, undefined);
});

test("an image adds its platforms to its tag's row, and a row to tags beyond the newest hundred", () => {
  const images = [image("v1", "2026-01-01T00:00:00Z"), image("v0", "2025-01-01T00:00:00Z")];
  const rows = tagRows(repository([tag("v1", "2026-01-01T00:00:00Z")]), images);
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["v1", "v0"],
  );
  assert.deepEqual(rows[0]?.platforms, ["linux/arm64/v8"]);
});
