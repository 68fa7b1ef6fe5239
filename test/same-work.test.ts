import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createAsking } from "./access-matrix/asking.ts";
import { makeCallers } from "./access-matrix/callers.ts";
import { jsonRows } from "./access-matrix/json-rows.ts";
import { kubernetesRows } from "./access-matrix/kubernetes-rows.ts";
import { makeOrganization } from "./access-matrix/organization.ts";
import { registryRows } from "./access-matrix/registry-rows.ts";
import { canSee, REPOSITORIES, type Caller, type Row } from "./access-matrix/row.ts";
import { buildImage } from "./image-builder.ts";
import { startToldHub } from "./statements.ts";

const { hub, statementsOf } = await startToldHub();
after(() => hub.stop());
const { askAs, send } = createAsking(hub);
const people = await makeCallers(hub);
const owner = people.find(({ role }) => role === "owner")?.credentials;
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
const deletions = await makeOrganization(hub, { send, image, owner });
const NO_DELETION = 999_999;
const rows = [
  ...registryRows(image),
  ...kubernetesRows(hub.context.store),
  ...jsonRows((repository) => deletions.get(repository) ?? NO_DELETION),
].filter(({ about }) => about === "repository");
/** What the hub does beside, every few seconds, comes into some comparisons, and not into the next one. */
const TRIES = 4;

for (const row of rows) {
  test(`${row.route} takes the same work for what is hidden and for what is absent`, async () => {
    for (const caller of people.filter((each) => !canSee(each, "private"))) {
      for (let left = TRIES; left > 0; left -= 1) {
        const hidden = await workOf(row, caller, REPOSITORIES.private);
        const absent = await workOf(row, caller, REPOSITORIES.absent);
        if (left > 1 && hidden.join("\n") !== absent.join("\n")) continue;
        assert.deepEqual(hidden, absent, `for ${caller.name}`);
        break;
      }
    }
  });
}

/** The second time, when what caches hold of it is there. */
async function workOf(row: Row, caller: Caller, repository: string): Promise<string[]> {
  const by = row.route.includes(" /v2 ") ? "registry token" : "password";
  const ask = () => askAs(row, { caller, by, repository });
  await ask();
  return statementsOf(ask);
}
