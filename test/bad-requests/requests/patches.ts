import type { BadRequest } from "../ask.ts";

const APP = "repositories/acme.app";

function patch(title: string, type: string, body: string | object, path = APP): BadRequest {
  return {
    title: `${type} patch: ${title}`,
    method: "PATCH",
    path,
    headers: { "content-type": TYPES[type] ?? type },
    body,
  };
}

const TYPES: Record<string, string> = {
  JSON: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

const HEAD = { apiVersion: "imagehub.sealos.io/v1", kind: "Repository" };
const applied = { ...HEAD, metadata: { name: "acme.app" }, spec: { name: "acme/app" } };
const BY = `${APP}?fieldManager=somebody`;
const TOO_MANY = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/kind", value: "Repository" }));

/** Patches of every type. */
export const PATCHES: BadRequest[] = [
  patch("which custom resources have not", "strategic", { spec: {} }),
  patch("of a status, which custom resources have not", "strategic", { status: {} }, `${APP}/status`),
  patch("an object is none", "application/json", { spec: {} }),
  patch("a text is none", "text/plain", "{}"),
  patch("YAML is none", "application/yaml", "spec: {}"),
  patch("of what is not there", "merge", { spec: {} }, "repositories/acme.none"),
  patch("of what is not there", "JSON", [], "repositories/acme.none"),
  patch("not JSON", "JSON", "["),
  patch("an object", "JSON", {}),
  patch("a text", "JSON", '"text"'),
  patch("nothing", "JSON", ""),
  patch("an operation that is a text", "JSON", ["add"]),
  patch("an operation without op", "JSON", [{ path: "/spec/description", value: "x" }]),
  patch("an operation that is none", "JSON", [{ op: "increment", path: "/spec/description" }]),
  patch("an operation without a path", "JSON", [{ op: "add", value: "x" }]),
  patch("a path without a slash", "JSON", [{ op: "replace", path: "spec", value: {} }]),
  patch("a path to nothing, to remove", "JSON", [{ op: "remove", path: "/spec/nothing" }]),
  patch("a path through nothing, to add", "JSON", [{ op: "add", path: "/nothing/here", value: "x" }]),
  patch("an index that is not there", "JSON", [
    { op: "add", path: "/spec/keywords", value: [] },
    { op: "replace", path: "/spec/keywords/5", value: "x" },
  ]),
  patch("a move from nothing", "JSON", [{ op: "move", from: "/spec/nothing", path: "/spec/description" }]),
  patch("a test that fails", "JSON", [{ op: "test", path: "/spec/name", value: "acme/other" }]),
  patch("a test of nothing", "JSON", [{ op: "test", path: "/spec/nothing", value: "x" }]),
  patch("more than 10,000 operations", "JSON", TOO_MANY),
  patch("another name", "JSON", [{ op: "replace", path: "/metadata/name", value: "acme.other" }]),
  patch("another kind", "JSON", [{ op: "replace", path: "/kind", value: "Image" }]),
  patch("another version", "JSON", [{ op: "replace", path: "/apiVersion", value: "imagehub.sealos.io/v2" }]),
  patch("no spec", "JSON", [{ op: "remove", path: "/spec" }]),
  patch("no spec.name", "JSON", [{ op: "remove", path: "/spec/name" }]),
  patch("a value of another type", "JSON", [{ op: "replace", path: "/spec/description", value: 1 }]),
  patch("a stale resourceVersion", "JSON", [
    { op: "replace", path: "/metadata/resourceVersion", value: "1" },
  ]),
  patch("another uid", "JSON", [{ op: "replace", path: "/metadata/uid", value: "other" }]),
  patch("the whole, by a text", "JSON", [{ op: "replace", path: "", value: "text" }]),
  patch("not JSON", "merge", "{"),
  patch("nothing", "merge", ""),
  patch("a list", "merge", []),
  patch("a text", "merge", '"text"'),
  patch("null", "merge", "null"),
  patch("another name", "merge", { metadata: { name: "acme.other" } }),
  patch("no name", "merge", { metadata: { name: null } }),
  patch("another namespace", "merge", { metadata: { namespace: "default" } }),
  patch("another kind", "merge", { kind: "Image" }),
  patch("no kind", "merge", { kind: null }),
  patch("another version", "merge", { apiVersion: "imagehub.sealos.io/v2" }),
  patch("no spec", "merge", { spec: null }),
  patch("no spec.name", "merge", { spec: { name: null } }),
  patch("another spec.name", "merge", { spec: { name: "acme/other" } }),
  patch("metadata that is a text", "merge", { metadata: "text" }),
  patch("a label that is a number", "merge", { metadata: { labels: { a: 1 } } }),
  patch("a label that cannot be", "merge", { metadata: { labels: { a: "b c" } } }),
  patch("a stale resourceVersion", "merge", {
    metadata: { resourceVersion: "1" },
    spec: { description: "x" },
  }),
  patch("a resourceVersion that is none", "merge", { metadata: { resourceVersion: "latest" } }),
  patch("another uid", "merge", { metadata: { uid: "other" }, spec: { description: "x" } }),
  patch("a value of another type", "merge", { spec: { keywords: "x" } }),
  patch("a value that is not to be had", "merge", { spec: { visibility: "internal" } }),
  patch("an unknown field, strictly", "merge", { spec: { colour: "red" } }, `${APP}?fieldValidation=Strict`),
  patch(
    "a key twice, strictly",
    "merge",
    '{"spec":{"icon":"a","icon":"b"}}',
    `${APP}?fieldValidation=Strict`,
  ),
  patch("force, which apply alone has", "merge", { spec: {} }, `${APP}?force=true`),
  patch(
    "a member twice",
    "merge",
    { spec: { members: [owner(), somebody(), somebody()] } },
    "organizations/acme",
  ),
  patch("no manager", "apply", applied),
  patch("an empty manager", "apply", applied, `${APP}?fieldManager=`),
  patch("a manager of 129 characters", "apply", applied, `${APP}?fieldManager=${"x".repeat(129)}`),
  patch("a manager that cannot be printed", "apply", applied, `${APP}?fieldManager=a%00b`),
  patch("not YAML", "apply", "a: [", BY),
  patch("a list", "apply", "[]", BY),
  patch("nothing", "apply", "", BY),
  patch("another name", "apply", { ...applied, metadata: { name: "acme.other" } }, BY),
  patch(
    "another namespace",
    "apply",
    { ...applied, metadata: { name: "acme.app", namespace: "default" } },
    BY,
  ),
  patch("another kind", "apply", { ...applied, kind: "Image" }, BY),
  patch("no kind", "apply", { ...applied, kind: undefined }, BY),
  patch("no apiVersion", "apply", { ...applied, apiVersion: undefined }, BY),
  patch("another version", "apply", { ...applied, apiVersion: "imagehub.sealos.io/v2" }, BY),
  patch("managedFields", "apply", { ...applied, metadata: { name: "acme.app", managedFields: [{}] } }, BY),
  patch(
    "a stale resourceVersion",
    "apply",
    { ...applied, metadata: { name: "acme.app", resourceVersion: "1" } },
    BY,
  ),
  patch("another uid", "apply", { ...applied, metadata: { name: "acme.app", uid: "other" } }, BY),
  patch(
    "a field that is another's",
    "apply",
    { ...applied, spec: { name: "acme/app", description: "Mine." } },
    BY,
  ),
  patch(
    "two fields that are another's",
    "apply",
    { ...applied, spec: { name: "acme/app", description: "Mine.", visibility: "private" } },
    BY,
  ),
  patch(
    "another spec.name by force",
    "apply",
    { ...applied, spec: { name: "acme/other" } },
    `${BY}&force=true`,
  ),
  patch("a value of another type", "apply", { ...applied, spec: { name: "acme/app", keywords: "x" } }, BY),
  patch(
    "an unknown field, strictly",
    "apply",
    { ...applied, spec: { name: "acme/app", colour: "red" } },
    `${BY}&fieldValidation=Strict`,
  ),
  patch(
    "a member twice",
    "apply",
    {
      ...HEAD,
      kind: "Organization",
      metadata: { name: "acme" },
      spec: { members: [somebody(), somebody()] },
    },
    "organizations/acme?fieldManager=somebody",
  ),
];

function owner(): object {
  return { kind: "User", name: "admin", role: "owner" };
}

function somebody(): object {
  return { kind: "User", name: "somebody", role: "reader" };
}
