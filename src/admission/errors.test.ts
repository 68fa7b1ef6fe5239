import assert from "node:assert/strict";
import { test } from "node:test";
import { forbiddenMessage } from "./errors.ts";

const asked = { caller: { kind: "anonymous" }, verb: "create", group: "", plural: "secrets" } as const;
const what = `User "system:anonymous" cannot create resource "secrets" in API group "" in the namespace "sealos-imagehub"`;

test("forbiddenMessage() names what is refused, when it has a name", () => {
  const named = forbiddenMessage({ ...asked, name: "demo" }, "log in first");
  assert.equal(named, `secrets "demo" is forbidden: ${what}: log in first`);
});

test("forbiddenMessage() leaves out a name that is not there, as Kubernetes does", () => {
  const nameless = forbiddenMessage({ ...asked, name: "" }, "log in first");
  assert.equal(nameless, `secrets is forbidden: ${what}: log in first`);
});
