import assert from "node:assert/strict";
import { after, test } from "node:test";
import { anonymized, createAsking, type By } from "./access-matrix/asking.ts";
import { makeCallers, makeRobot } from "./access-matrix/callers.ts";
import { hubRoutes } from "./access-matrix/hub-routes.ts";
import { jsonRows } from "./access-matrix/json-rows.ts";
import { kubernetesRows } from "./access-matrix/kubernetes-rows.ts";
import { namespaceRows } from "./access-matrix/namespace-rows.ts";
import { OPEN_ROUTES } from "./access-matrix/open-routes.ts";
import { makeOrganization } from "./access-matrix/organization.ts";
import { registryRows } from "./access-matrix/registry-rows.ts";
import {
  canSee,
  isAllowed,
  REPOSITORIES,
  type Caller,
  type Row,
  type Visibility,
} from "./access-matrix/row.ts";
import { makeSecret, secretRows } from "./access-matrix/secret-rows.ts";
import { buildImage } from "./image-builder.ts";
import { startTestHub } from "./start-hub.ts";

/** No deletion has this id. */
const NO_DELETION = 999_999;
const { hub, routes } = await hubRoutes(() => startTestHub());
after(() => hub.stop());
const { askAs, send } = createAsking(hub);
const people = await makeCallers(hub);
const owner = people.find(({ role }) => role === "owner")?.credentials;
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello\n\nSome words" } }] });
const deletions = await makeOrganization(hub, { send, image, owner });
const callers = [...people, await makeRobot(hub)];
await makeSecret(hub.context.releases);
await hub.context.recorder.flush();
const rows = [
  ...registryRows(image),
  ...kubernetesRows(hub.context.store),
  ...secretRows(),
  ...namespaceRows(),
  ...jsonRows((repository) => deletions.get(repository) ?? NO_DELETION),
];

test("every route of the hub is in the matrix, and nothing else", () => {
  const named = new Set([...rows.map(({ route }) => route), ...OPEN_ROUTES]);
  const missing = routes.filter((route) => !named.has(route));
  assert.deepEqual(missing, [], "name them in test/access-matrix, with who may");
  assert.deepEqual(named.difference(new Set(routes)), new Set());
});

for (const row of rows) {
  for (const by of row.route.includes(" /v2 ")
    ? (["password", "registry token"] as const)
    : (["password"] as const)) {
    test(`${row.route} by ${by} is as the access policy says, for every caller`, async () => {
      await Promise.all(callers.map((caller) => checkRow(row, caller, by)));
    });
  }
}

for (const route of OPEN_ROUTES) {
  test(`${route} is the same for everybody`, async () => {
    const [method = "", path = ""] = route.replace(":name", "default").split(" ");
    const statuses = await Promise.all(
      callers.map(async ({ credentials }) => (await send(credentials, { method, path })).status),
    );
    assert.equal(new Set(statuses).size, 1, String(statuses));
  });
}

async function checkRow(row: Row, caller: Caller, by: By): Promise<void> {
  const visibilities: Visibility[] = row.about === "hub" ? ["private"] : ["public", "private", "absent"];
  const answers: Partial<Record<Visibility, string>> = {};
  for (const visibility of visibilities) {
    const repository = visibility === "absent" ? freshName() : REPOSITORIES[visibility];
    const { status, text } = await askAs(row, { caller, by, repository });
    answers[visibility] = `${status} ${anonymized(text, repository)}`;
    const where = `${caller.name}, ${visibility}: ${status} ${text.slice(0, 300)}`;
    if (isTurnedAway(row, caller, by)) assert.equal(status, 401, where);
    else if (isAllowed(row, caller, visibility))
      checkAllowed(row, { visibility, status, text, repository, where });
    else
      checkRefused(row, {
        visibility,
        status,
        text,
        repository,
        where,
        isSeen: visibility !== "absent" && canSee(caller, visibility),
      });
  }
  if (!canSee(caller, "private") && row.about === "repository")
    assert.equal(answers.private, answers.absent, `${caller.name} tells private from absent`);
}

/** Without credentials that are good, where some are needed; `/v2` needs a token even for what is public. */
function isTurnedAway({ needsUser, route }: Row, { subject }: Caller, by: By): boolean {
  const isPublic = !needsUser && !(by === "password" && route.includes(" /v2 "));
  return !subject || (subject.kind === "anonymous" && !isPublic);
}

interface Seen {
  visibility: Visibility;
  status: number;
  text: string;
  repository: string;
  where: string;
}

function checkAllowed(row: Row, { visibility, status, text, repository, where }: Seen): void {
  assert.equal(status, visibility === "absent" ? (row.doneAbsent ?? row.done) : row.done, where);
  if (row.tells && visibility !== "absent") assert.ok(row.tells(text, repository), where);
}

function checkRefused(
  row: Row,
  { status, text, repository, where, isSeen }: Seen & { isSeen: boolean },
): void {
  const { refused = [401, 403, 404], done, tells, isGeneral } = row;
  if (!tells || status !== done) assert.ok(refused.includes(status), where);
  else if (isSeen || !isGeneral) assert.ok(!tells(text, repository), where);
}

/** Of the same length, so that nothing else tells them apart; one a request, since a push makes what is absent. */
let fresh = 0;
function freshName(): string {
  return `${REPOSITORIES.absent}${fresh++}`;
}
