import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pushImage } from "../registry-client.ts";
import { expectImages, readmeImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

const SPDX = "application/spdx+json";

testClient(
  "oras",
  "logs in, pushes files, attaches, discovers, copies what is attached, pulls and deletes",
  async (bench) => {
    const side = (prefix: "" | "from-" | "to-") =>
      bench.isTls ? [`--${prefix}ca-file`, bench.authority] : [`--${prefix}plain-http`];
    const oras = (...args: string[]) => bench.run("oras", args);
    const here = side("");
    const at = (name: string) => `${bench.host}/${name}`;
    const lines = async (...args: string[]) => (await oras(...args)).trim().split("\n");
    const login = ["login", ...here, "-u", "admin", "--password-stdin", bench.host];
    await bench.run("oras", login, ADMIN_PASSWORD);
    await writeFile(join(bench.home, "notes.txt"), "read me");
    await writeFile(join(bench.home, "sbom.json"), '{"spdxVersion":"SPDX-2.3"}');
    await oras(
      "push",
      ...here,
      "--artifact-type",
      "example/notes",
      at("labring/notes:v1"),
      "notes.txt:text/plain",
    );
    await pushImage(bench.hub, await readmeImage("oras"), { repository: "labring/oras", reference: "v1" });

    await oras("attach", ...here, "--artifact-type", SPDX, at("labring/oras:v1"), `sbom.json:${SPDX}`);
    assert.match(
      await oras("discover", ...here, "--artifact-type", SPDX, at("labring/oras:v1")),
      /spdx\+json/,
    );
    await oras("cp", "-r", ...side("from-"), ...side("to-"), at("labring/oras:v1"), at("other/copy:v1"));
    assert.match(await oras("discover", ...here, at("other/copy:v1")), /spdx\+json/);
    await oras("tag", ...here, at("other/copy:v1"), "v2");
    assert.deepEqual(await lines("repo", "tags", ...here, at("other/copy")), ["latest", "v1", "v2"]);
    const repositories = ["labring/notes", "labring/oras", "other/copy"];
    // An artifact has a tag, so it is listed; it has no page.
    assert.deepEqual(await lines("repo", "ls", ...here, bench.host), repositories);
    await oras("logout", bench.host);
    await oras("pull", ...here, "-o", "pulled", at("labring/notes:v1"));
    assert.equal(await readFile(join(bench.home, "pulled/notes.txt"), "utf8"), "read me");

    await bench.run("oras", login, ADMIN_PASSWORD);
    // By its digest, with all its tags.
    await oras("manifest", "delete", ...here, "-f", at("other/copy:v2"));
    await assert.rejects(oras("manifest", "fetch", ...here, at("other/copy:v1")), /not found/);
    await expectImages(bench.hub, ["labring/oras:v1", "labring/oras:latest → v1"]);
  },
);
