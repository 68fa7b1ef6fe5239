import assert from "node:assert/strict";
import { test } from "node:test";
import { OidcError } from "./errors.ts";
import { deriveUserName } from "./user-name.ts";

/** What providers call people → the name of a user here. */
const DERIVED: [string, string][] = [
  ["alice", "alice"],
  ["Alice", "alice"],
  ["alice@example.com", "alice"],
  ["Alice.Liddell+hub@example.com", "alice-liddell-hub"],
  ["alice_liddell", "alice-liddell"],
  ["Alice Liddell", "alice-liddell"],
  ["a--b", "a-b"],
  ["_alice_", "alice"],
  ["0e4a1c1e-9f0b-4f7e-8d0a-2a4a3f5b6c7d", "0e4a1c1e-9f0b-4f7e-8d0a-2a4a3f5b6c7d"],
];

for (const [claimed, name] of DERIVED) {
  test(`deriveUserName() makes ${name} of ${claimed}`, () => assert.equal(deriveUserName(claimed), name));
}

/** What is no name of a user, nor becomes one. */
const REFUSED: [string, unknown][] = [
  ["a reserved name", "admin"],
  ["a reserved name in other letters", "Admin"],
  ["a reserved name as an address", "admin@example.com"],
  ["a reserved name with marks around it", ".admin."],
  ["a look-alike: Cyrillic а", "аlice"],
  ["a look-alike: full width", "ａlice"],
  ["an accent", "zoé"],
  ["a dotless i", "adm\u0131n"],
  ["the Kelvin sign, whose lower case is k", "\u212Aate"],
  ["a letter that is nothing", "ali\u200Bce"],
  ["a NUL", "alice\0"],
  ["a path", "team/alice"],
  ["a domain before the name", String.raw`CORP\alice`],
  ["nothing before the @", "@example.com"],
  ["marks alone", "._-"],
  ["more than 63 characters", "a".repeat(64)],
  ["nothing", ""],
  ["no claim", undefined],
  ["a list", ["alice"]],
  ["a number", 7],
];

for (const [what, claimed] of REFUSED) {
  test(`deriveUserName() refuses ${what}`, () => {
    assert.throws(
      () => deriveUserName(claimed),
      (error) => error instanceof OidcError && error.problem === "name-unusable",
    );
  });
}
