import type { ReleaseStore } from "../../src/releases/store.ts";
import { NAMESPACE } from "../../src/resources/metadata.ts";
import { writers, type Caller, type Row } from "./row.ts";

/** The owner's. */
const OWNER = "olga";
const NAME = "sh.helm.release.v1.olgas.v1";
const ROUTE = "/api/v1/namespaces/:namespace/secrets";
const ALL = ROUTE.replace(":namespace", NAMESPACE);
const DRY = "dryRun=All";

const SECRET = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: NAME },
  type: "helm.sh/release.v1",
} as const;

/** The one Secret that there is. */
export async function makeSecret(releases: ReleaseStore): Promise<void> {
  await releases.change({ owner: OWNER, name: NAME }, () => SECRET);
}

/** Secrets of releases: each user has its own, and for everybody else they do not exist. */
export function secretRows(): Row[] {
  const tells: Row["tells"] = (body) => body.includes(NAME);
  const one = `${ALL}/${NAME}`;
  return [
    row("GET /api/v1/secrets", { may: isOwner, tells, ask: () => ({ path: "/api/v1/secrets" }) }),
    row(`GET ${ROUTE}`, { may: isOwner, tells, ask: () => ({ path: ALL }) }),
    row(`GET ${ROUTE}/:name`, { may: isOwner, ask: () => ({ path: one }) }),
    row(`POST ${ROUTE}`, {
      may: writers,
      done: 201,
      ask: () => ({ path: `${ALL}?${DRY}`, ...json({ ...SECRET, metadata: { name: "another" } }) }),
    }),
    row(`PUT ${ROUTE}/:name`, { may: isWriter, ask: () => ({ path: `${one}?${DRY}`, ...json(SECRET) }) }),
    row(`PATCH ${ROUTE}/:name`, {
      may: isWriter,
      ask: () => ({ path: `${one}?${DRY}`, ...json({ data: {} }, "application/merge-patch+json") }),
    }),
    row(`DELETE ${ROUTE}/:name`, { may: isWriter, ask: () => ({ path: `${one}?${DRY}` }) }),
    row(`DELETE ${ROUTE}`, {
      // Of what one does not see, there is nothing to delete.
      may: (caller) => !isOwner(caller) || isWriter(caller),
      ask: () => ({ path: `${ALL}?${DRY}` }),
    }),
  ];
}

function row(route: string, rest: Pick<Row, "may" | "ask"> & Partial<Row>): Row {
  return { route, about: "hub", done: 200, ...rest };
}

function json(body: object, type = "application/json") {
  return { headers: { "content-type": type }, body: JSON.stringify(body) };
}

/** By a token for reading as well. */
function isOwner({ subject }: Caller): boolean {
  return subject?.kind === "user" && subject.name === OWNER;
}

function isWriter(caller: Caller): boolean {
  return isOwner(caller) && writers(caller);
}
