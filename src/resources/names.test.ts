import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  isRepositoryName,
  parseImageName,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
} from "../oci/reference.ts";
import {
  imageResourceName,
  labelValue,
  nameOfSpecName,
  repositoryResourceName,
  specNameOf,
} from "./names.ts";

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?$/;

for (const [specName, name] of [
  ["labring/mysql:v8.0.25", "labring.mysql.v8.0.25"],
  ["labring/helm:v3.14", "labring.helm.v3.14"],
  ["a/b:latest", "a.b.latest"],
] as const) {
  test(`the Image ${specName} is named ${name}`, () => {
    assert.equal(imageResourceName(parseImageName(specName)), name);
    assert.equal(nameOfSpecName("Image", specName), name);
  });
}

test("a Repository is named by its parts", () => {
  assert.equal(repositoryResourceName(parseRepositoryName("labring/mysql")), "labring.mysql");
  assert.match(
    repositoryResourceName(parseRepositoryName("labring/path/mysql")),
    /^labring\.path-mysql-[0-9a-f]{32}$/,
  );
});

// Each pair would meet if its parts were only joined.
for (const [one, other] of [
  ["a/b.c:d", "a/b:c.d"],
  ["a_b/x:v1", "a-b/x:v1"],
  ["a/b/c:d", "a/b-c:d"],
  ["a/b:V1", "a/b:v1"],
  ["a/b:v1_2", "a/b:v1-2"],
  ["a/b:v1.", "a/b:v1"],
  ["a/b:1..2", "a/b:1.2"],
  ["a/b:_x", "a/b:x"],
] as const) {
  test(`${one} and ${other} have names of their own`, () => {
    const names = [one, other].map((specName) => imageResourceName(parseImageName(specName)));
    assert.notEqual(names[0], names[1]);
    for (const name of names) assert.match(name, DNS_SUBDOMAIN);
  });
}

test("a plain name that ends like a hash gets one of its own", () => {
  const hashed = repositoryResourceName(parseRepositoryName("a/b_c"));
  const [, hash = ""] = /-([0-9a-f]{32})$/.exec(hashed) ?? [];
  // This repository's parts joined would be the name of the other.
  const forged = parseRepositoryName(`a/b-c-${hash}`);
  assert.notEqual(repositoryResourceName(forged), hashed);
});

const component = fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,2})[a-z0-9]{1,5}){0,3}$/);
const repository = fc
  .array(component, { minLength: 2, maxLength: 4 })
  .map((parts) => parts.join("/"))
  .filter((name): name is RepositoryName => isRepositoryName(name));
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/).map(parseTag);

test("every name is a DNS subdomain of at most 253 characters, and no two images share one", () => {
  const image = fc.record({ repository, tag });
  fc.assert(
    fc.property(image, image, (one, other) => {
      const [name, otherName] = [imageResourceName(one), imageResourceName(other)];
      assert.match(name, DNS_SUBDOMAIN);
      assert.ok(name.length <= 253);
      const same = one.repository === other.repository && one.tag === other.tag;
      assert.equal(name === otherName, same);
    }),
    { numRuns: 2000 },
  );
});

test("a plain name tells its spec.name, and no other tells any", () => {
  for (const [kind, name, specName] of [
    ["Repository", "labring.mysql", "labring/mysql"],
    ["Image", "labring.mysql.v8.0.25", "labring/mysql:v8.0.25"],
    ["Repository", "labring", undefined],
    ["Repository", "labring.mysql.v8", undefined],
    ["Image", "labring.mysql", undefined],
    ["Image", "..", undefined],
    ["Organization", "labring", undefined],
    ["Repository", repositoryResourceName(parseRepositoryName("a_b/c")), undefined],
  ] as const) {
    assert.equal(specNameOf(kind, name), specName, `${kind} ${name}`);
  }
});

test("the longest names fit", () => {
  const long = parseRepositoryName(`org/${"a".repeat(251)}`);
  assert.ok(repositoryResourceName(long).length <= 253);
  assert.ok(imageResourceName({ repository: long, tag: parseTag("t".repeat(128)) }).length <= 253);
});

test("every label value is legal and short, and no two texts share one", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      assert.match(labelValue(one), LABEL_VALUE);
      assert.ok(labelValue(one).length <= 63);
      assert.equal(labelValue(one) === labelValue(other), one === other);
    }),
  );
});

test("what is no spec.name has no name", () => {
  for (const text of ["", ":", "mysql", "a/b", "a/b:", "A/b:c"])
    assert.equal(nameOfSpecName("Image", text), undefined);
  assert.equal(nameOfSpecName("Repository", "a/b:c"), undefined);
  assert.equal(nameOfSpecName("User", "alice"), undefined);
});
