import type { ResourceStore } from "../../src/resource-store/port.ts";
import { KINDS, type Kind } from "../../src/resources/kinds.ts";
import { API_VERSION, NAMESPACE } from "../../src/resources/metadata.ts";
import { administrators, anybody, names, type Row, type Sent } from "./row.ts";

/** The resource of a kind that callers ask for. */
export interface Target {
  kind: Kind;
  /** Tells it as it is, which a PUT must send. */
  store: ResourceStore;
  /** Of the repository of a request, or the same in all. */
  of: (repository: string) => { name: string; spec: object };
  /** A kind that no repository hides is asked for once. */
  about: Row["about"];
}

/** Who may, verb by verb. */
export interface Rules {
  read: Row["may"];
  create: Row["may"];
  change: Row["may"];
  remove: Row["may"];
  /** Status of a deletion by whoever may. Default 200. */
  removed?: number;
}

/** All verbs of a kind. Nothing is changed, so that each caller finds all as the last one did. */
export function kindRows(target: Target, rules: Rules): Row[] {
  return [
    ...listRows(target, rules),
    ...readRows(target, rules),
    ...changeRows(target, rules),
    ...deletionRows(target, rules),
    ...statusRows(target),
    ...unsupportedRows(target),
  ];
}

/** A watch that tells all that there is, and then a bookmark. */
export const WATCH =
  "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

const EVERYWHERE = `/apis/${API_VERSION}`;
const NAMED = `${EVERYWHERE}/namespaces/${NAMESPACE}`;
const DRY = "dryRun=All";
const JSON_BODY = { "content-type": "application/json" };
const PATCH_BODY = { "content-type": "application/merge-patch+json" };

function listRows(target: Target, { read }: Rules): Row[] {
  const { plural } = KINDS[target.kind];
  const paths = [`${EVERYWHERE}/${plural}`, all(target), `${all(target)}?${WATCH}`];
  return paths.map((path) => ({
    route: routeOf(`GET ${path.split("?", 1)[0]}`),
    may: read,
    done: 200,
    about: target.about,
    ...(target.about === "repository" && { tells: names }),
    ask: () => ({ path }),
  }));
}

function readRows(target: Target, { read }: Rules): Row[] {
  return ["", "/status"].map((subresource) =>
    rowOfOne(target, `GET ${all(target)}/:name${subresource}`, {
      may: read,
      ask: (repository) => ({ path: one(target, repository) + subresource }),
    }),
  );
}

function changeRows(target: Target, { create, change }: Rules): Row[] {
  const { kind, of } = target;
  return [
    rowOfOne(target, `POST ${all(target)}`, {
      may: create,
      done: 409,
      doneAbsent: 201,
      ask: (repository) => {
        const { name, spec } = of(repository);
        const body = JSON.stringify({ apiVersion: API_VERSION, kind, metadata: { name }, spec });
        return { path: `${all(target)}?${DRY}`, headers: JSON_BODY, body };
      },
    }),
    ...putAndPatch(target, { may: change, subresource: "", patch: { metadata: { labels: { a: "b" } } } }),
  ];
}

function deletionRows(target: Target, { remove, removed = 200 }: Rules): Row[] {
  return [
    rowOfOne(target, `DELETE ${all(target)}/:name`, {
      may: remove,
      done: removed,
      ask: (repository) => ({ path: `${one(target, repository)}?${DRY}` }),
    }),
    rowOfOne(target, `DELETE ${all(target)}`, {
      may: remove,
      done: removed,
      // Of what one may not see, there is nothing to delete.
      doneAbsent: 200,
      refused: [200, 401, 403],
      ask: (repository) => {
        const selector = `fieldSelector=metadata.name=${target.of(repository).name}`;
        return { path: `${all(target)}?${DRY}&${selector}` };
      },
    }),
  ];
}

/** What the hub finds out. */
function statusRows(target: Target): Row[] {
  return putAndPatch(target, { may: administrators, subresource: "/status", patch: { status: {} } });
}

function putAndPatch(
  target: Target,
  { may, subresource, patch }: { may: Row["may"]; subresource: string; patch: object },
): Row[] {
  const row = (
    method: string,
    rest: Pick<Sent, "headers">,
    bodyOf: (repository: string) => Promise<string>,
  ) =>
    rowOfOne(target, `${method} ${all(target)}/:name${subresource}`, {
      may,
      ask: async (repository) => ({
        path: `${one(target, repository)}${subresource}?${DRY}`,
        body: await bodyOf(repository),
        ...rest,
      }),
    });
  return [
    row("PUT", { headers: JSON_BODY }, (repository) => current(target, repository)),
    row("PATCH", { headers: PATCH_BODY }, async () => JSON.stringify(patch)),
  ];
}

/** What Kubernetes has no verb for is refused to everybody, and says nothing of what is there. */
function unsupportedRows(target: Target): Row[] {
  const row = (route: string, done: number): Row => {
    const [method = "", subresource = ""] = route.split(" ");
    const path = all(target) + subresource;
    const ask = () => ({ path: path.replace(":name", "x"), headers: JSON_BODY, body: "{}" });
    return { route: routeOf(`${method} ${path}`), may: anybody, done, about: "hub", ask };
  };
  return [
    ...["PUT", "PATCH"].map((method) => row(method, 400)),
    ...["POST /:name/status", "DELETE /:name/status"].map((route) => row(route, 405)),
  ];
}

function rowOfOne({ about }: Target, route: string, rest: Pick<Row, "may" | "ask"> & Partial<Row>): Row {
  const absent = about === "repository" && { doneAbsent: 404 };
  return { route: routeOf(route), about, done: 200, ...absent, ...rest };
}

async function current({ kind, store, of }: Target, repository: string): Promise<string> {
  const { name, spec } = of(repository);
  const absent = { metadata: { name, resourceVersion: "1" }, spec };
  const resource = await store.get(kind, name).catch(() => absent);
  return JSON.stringify({ ...resource, apiVersion: API_VERSION, kind });
}

function all({ kind }: Target): string {
  return `${NAMED}/${KINDS[kind].plural}`;
}

function one(target: Target, repository: string): string {
  return `${all(target)}/${target.of(repository).name}`;
}

/** As the hub registers it. */
function routeOf(route: string): string {
  return route.replace(`/namespaces/${NAMESPACE}/`, "/namespaces/:namespace/");
}
