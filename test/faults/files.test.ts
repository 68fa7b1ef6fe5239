import { test } from "node:test";
import { FILE_FAULTS } from "./kinds.ts";
import { playEverySite } from "./play-every-site.ts";

for (const kind of FILE_FAULTS) {
  test(`wherever the file system meets ${kind.name}, what was acknowledged is there, and the hub lives on`, () =>
    playEverySite({ files: true }, kind));
}
