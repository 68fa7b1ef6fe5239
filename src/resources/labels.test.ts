import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseImageName } from "../oci/reference.ts";
import { imageLabels, isDerivedLabel, keywordLabel } from "./labels.ts";

test("an image's labels say where it belongs and what its keywords are", () => {
  assert.deepEqual(imageLabels(parseImageName("labring/mysql:v8.0.25"), ["MySQL", "database"]), {
    "imagehub.sealos.io/organization": "labring",
    "imagehub.sealos.io/repository": "mysql",
    "imagehub.sealos.io/tag": "v8.0.25",
    "keyword.imagehub.sealos.io/mysql": "",
    "keyword.imagehub.sealos.io/database": "",
  });
});

test("a keyword that is no label name goes by a hash", () => {
  assert.match(keywordLabel("数据库"), /^keyword\.imagehub\.sealos\.io\/x-[0-9a-f]{10}$/);
  assert.notEqual(keywordLabel("c++"), keywordLabel("c#"));
});

test("whatever the keyword, its label is legal and derived", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (keyword) => {
      const [, name = ""] = keywordLabel(keyword).split("/");
      assert.match(name, /^[a-z0-9]([-_.a-z0-9]{0,61}[a-z0-9])?$/);
      assert.ok(isDerivedLabel(keywordLabel(keyword)));
    }),
  );
});

test("users' labels are not derived", () => {
  for (const key of ["app", "app.kubernetes.io/name", "example.com/imagehub.sealos.io"]) {
    assert.equal(isDerivedLabel(key), false);
  }
});
