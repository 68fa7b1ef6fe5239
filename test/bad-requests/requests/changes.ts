import type { BadRequest } from "../ask.ts";
import { app, create, repository, replace } from "./resources.ts";

function remove(title: string, body?: string | object, query = ""): BadRequest {
  return {
    title: `delete: ${title}`,
    method: "DELETE",
    path: `repositories/acme.app${query}`,
    ...(body !== undefined && { body }),
  };
}

function removeAll(title: string, query: string, body?: object): BadRequest {
  return {
    title: `delete many: ${title}`,
    method: "DELETE",
    path: `repositories?${query}`,
    ...(body !== undefined && { body }),
  };
}

function createWith(title: string, query: string): BadRequest {
  return { ...create(title, "repositories", repository()), path: `repositories?${query}` };
}

/** Replacing, deleting, and the options of changes. */
export const CHANGES: BadRequest[] = [
  replace("replace: a stale resourceVersion", app({}, { resourceVersion: "1" })),
  replace("replace: no resourceVersion", app({}, { resourceVersion: undefined })),
  replace("replace: a resourceVersion that is none", app({}, { resourceVersion: "latest" })),
  replace("replace: another uid", app({}, { uid: "other" })),
  replace("replace: another name than the URL's", app({}, { name: "acme.other" })),
  replace("replace: no name", app({}, { name: undefined })),
  replace("replace: another namespace than the URL's", app({}, { namespace: "default" })),
  replace("replace: no spec", { ...app(), spec: undefined }),
  replace("replace: a value of another type", app({ keywords: "x" })),
  {
    title: "replace: what is not there",
    method: "PUT",
    path: "repositories/acme.none",
    body: repository({ name: "acme/none" }, { name: "acme.none" }),
  },
  {
    title: "replace: what is not there, with a resourceVersion",
    method: "PUT",
    path: "repositories/acme.none",
    body: repository({ name: "acme/none" }, { name: "acme.none", resourceVersion: "1" }),
  },
  {
    title: "replace: the status of what is not there",
    method: "PUT",
    path: "repositories/acme.none/status",
    body: repository({ name: "acme/none" }, { name: "acme.none", resourceVersion: "1" }),
  },
  {
    title: "replace: a status with a stale resourceVersion",
    method: "PUT",
    path: "repositories/acme.app/status",
    body: app({}, { resourceVersion: "1" }),
  },
  {
    title: "replace: a status of another type",
    method: "PUT",
    path: "repositories/acme.app/status",
    body: { ...app(), status: { stars: "many" } },
  },
  remove("another uid", { preconditions: { uid: "other" } }),
  remove("a stale resourceVersion", { preconditions: { resourceVersion: "1" } }),
  remove("another uid and a stale resourceVersion", {
    preconditions: { uid: "other", resourceVersion: "1" },
  }),
  remove("a propagation that is none", { propagationPolicy: "Sideways" }),
  remove("a propagation in the query that is none", undefined, "?propagationPolicy=Sideways"),
  remove("a propagation and orphanDependents", { propagationPolicy: "Orphan", orphanDependents: true }),
  remove("dryRun that is none", { dryRun: ["Some"] }),
  remove("dryRun that is a text", { dryRun: "All" }),
  remove("dryRun in the query that is none", undefined, "?dryRun=Some"),
  remove("a grace period that is a text", { gracePeriodSeconds: "soon" }),
  remove("preconditions that are a text", { preconditions: "uid" }),
  remove("options that are no JSON", "{"),
  remove("options that are a list", []),
  remove("options of another kind", { apiVersion: "imagehub.sealos.io/v1", kind: "Repository" }),
  {
    ...remove("options of another content type", "uid=1"),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
  removeAll("a label selector that is none", "labelSelector=%3D"),
  removeAll("a field selector that is none", "fieldSelector=spec.colour%3Dred"),
  removeAll("dryRun that is none", "dryRun=Some"),
  removeAll("a propagation that is none", "fieldSelector=metadata.name%3Dnone", {
    propagationPolicy: "Sideways",
  }),
  createWith("dryRun: none that is known", "dryRun=Some"),
  createWith("dryRun: true", "dryRun=true"),
  createWith("dryRun: one of two that is none", "dryRun=All&dryRun=Some"),
  createWith("fieldValidation: none that is known", "fieldValidation=Loud"),
  createWith("fieldValidation: in lower case", "fieldValidation=strict"),
  createWith("fieldManager: 129 characters", `fieldManager=${"x".repeat(129)}`),
  createWith("fieldManager: not to be printed", "fieldManager=a%00b"),
  replace("replace: dryRun that is none", app(), "?dryRun=Some"),
  replace("replace: fieldValidation that is none", app(), "?fieldValidation=Loud"),
  replace("replace: fieldManager too long", app(), `?fieldManager=${"x".repeat(129)}`),
];
