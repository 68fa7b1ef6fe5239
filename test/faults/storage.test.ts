import { test } from "node:test";
import { faultyStorage } from "./faulty-storage.ts";
import { STORAGE_FAULTS } from "./kinds.ts";
import { playEverySite } from "./play-every-site.ts";

for (const kind of STORAGE_FAULTS) {
  test(`wherever the storage meets ${kind.name}, what was acknowledged is there, and the hub lives on`, () =>
    playEverySite({ storage: faultyStorage }, kind));
}
