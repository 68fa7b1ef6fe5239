import type { ResourceStore } from "../../src/resource-store/port.ts";
import type { Kind } from "../../src/resources/kinds.ts";
import { GROUP, NAMESPACE } from "../../src/resources/metadata.ts";
import { kindRows, type Rules } from "./kind-rows.ts";
import { administrators, anybody, owners, writers, type Row } from "./row.ts";

/** `/apis`: all verbs of all kinds, and reviews. */
export function kubernetesRows(store: ResourceStore): Row[] {
  const ofRepository = (kind: Kind, of: (repository: string) => { name: string; spec: object }): Row[] =>
    kindRows(
      { kind, store, about: "repository", of },
      { read: "pull", create: "push", change: "push", remove: "delete" },
    );
  const ofHub = (kind: Kind, resource: { name: string; spec: object }, rules: Partial<Rules>): Row[] =>
    kindRows(
      { kind, store, about: "hub", of: () => resource },
      { read: anybody, create: owners, change: owners, remove: owners, ...rules },
    );
  return [
    ...ofRepository("Repository", (name) => ({ name: name.replace("/", "."), spec: { name } })),
    ...ofRepository("Image", (name) => ({
      name: `${name.replace("/", ".")}.v1`,
      spec: { name: `${name}:v1` },
    })),
    // It has repositories.
    ...ofHub("Organization", { name: "org", spec: {} }, { removed: 409 }),
    // The organization's owner is this user, and made the DataPack.
    ...ofHub("User", { name: "olga", spec: {} }, { remove: administrators }),
    ...ofHub(
      "DataPack",
      { name: "olgas", spec: { type: "base", names: ["org/open:v1"] } },
      { create: writers },
    ),
    ...eventRows("/api/v1", "involvedObject"),
    ...eventRows("/apis/events.k8s.io/v1", "regarding"),
    review("authentication", "SelfSubjectReview", { may: anybody, specOf: () => ({}) }),
    review("authorization", "SelfSubjectRulesReview", { may: anybody, specOf: () => ({}) }),
    accessReview("update", "push"),
    accessReview("delete", "delete"),
  ];
}

/** Events are seen by who may read the repository that they are about. */
function eventRows(api: string, object: string): Row[] {
  const events = `${api}/namespaces/${NAMESPACE}/events`;
  const lists = [
    [`GET ${api}/events`, `${api}/events`],
    [`GET ${api}/namespaces/:namespace/events`, events],
  ] as const;
  return [
    ...lists.map(([route, path]): Row => ({
      route,
      may: "pull",
      done: 200,
      about: "repository",
      tells: (body, repository) => body.includes(repository.replace("/", ".")),
      ask: (name) => ({ path: `${path}?fieldSelector=${object}.name=${name.replace("/", ".")}` }),
    })),
    {
      route: `GET ${api}/namespaces/:namespace/events/:name`,
      may: anybody,
      // One that is there, test/visibility.test.ts asks for.
      done: 404,
      about: "hub",
      ask: () => ({ path: `${events}/none` }),
    },
  ];
}

/** What `kubectl auth can-i` asks. */
function accessReview(verb: string, may: Row["may"]): Row {
  const asked = { verb, group: GROUP, resource: "repositories", namespace: NAMESPACE };
  const row = review("authorization", "SelfSubjectAccessReview", {
    may,
    specOf: (name) => ({ resourceAttributes: { ...asked, name: name.replace("/", ".") } }),
  });
  return { ...row, tells: (body) => body.includes('"allowed":true'), isGeneral: true };
}

function review(
  api: string,
  kind: string,
  { may, specOf }: Pick<Row, "may"> & { specOf: (name: string) => object },
): Row {
  const group = `${api}.k8s.io`;
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  return {
    route: `POST ${path}`,
    may,
    done: 201,
    about: "repository",
    ask: (name) => ({
      path,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: `${group}/v1`, kind, spec: specOf(name) }),
    }),
  };
}
