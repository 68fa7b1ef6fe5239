import type { BadRequest } from "../ask.ts";
import { app, create, createRepository, organization, replace, repository } from "./resources.ts";

const reference = { apiVersion: "imagehub.sealos.io/v1", kind: "Repository", name: "acme.app", uid: "1" };

function labelled(title: string, labels: object): BadRequest {
  return createRepository(`label: ${title}`, {}, { labels });
}

function annotated(title: string, annotations: object): BadRequest {
  return createRepository(`annotation: ${title}`, {}, { annotations });
}

function named(title: string, name: unknown): BadRequest {
  return create(`name: ${title}`, "organizations", organization({}, { name }));
}

/** Names, labels, annotations, finalizers and owners. */
export const METADATA: BadRequest[] = [
  named("upper case", "Acme"),
  named("an underscore", "acme_corp"),
  named("a space", "acme corp"),
  named("begins with a hyphen", "-acme"),
  named("ends with a hyphen", "acme-"),
  named("begins with a dot", ".acme"),
  named("two dots", "acme..corp"),
  named("a slash", "acme/corp"),
  named("a percent sign", "acme%corp"),
  named("a dot alone", "."),
  named("two dots alone", ".."),
  named("254 characters", "a".repeat(254)),
  named("beyond ASCII", "åcme"),
  named("empty", ""),
  named("a number", 1),
  named("a list", ["acme"]),
  create("name: left out, of an organization", "organizations", {
    apiVersion: "imagehub.sealos.io/v1",
    kind: "Organization",
    metadata: {},
    spec: {},
  }),
  create("name: no metadata at all", "organizations", {
    apiVersion: "imagehub.sealos.io/v1",
    kind: "Organization",
    spec: {},
  }),
  create("name: taken", "repositories", repository({ name: "acme/app" }, { name: "acme.app" })),
  create("name: taken, of an organization", "organizations", organization({}, { name: "acme" })),
  create(
    "generateName: upper case",
    "organizations",
    organization({}, { name: undefined, generateName: "Acme-" }),
  ),
  create(
    "generateName: begins with a hyphen",
    "organizations",
    organization({}, { name: undefined, generateName: "-acme-" }),
  ),
  create("generateName: a number", "organizations", organization({}, { name: undefined, generateName: 1 })),
  create("metadata: a text", "repositories", { ...repository(), metadata: "acme.new" }),
  create("metadata: a list", "repositories", { ...repository(), metadata: [] }),
  labelled("a key with a space", { "a b": "c" }),
  labelled("an empty key", { "": "c" }),
  labelled("a key of 64 characters", { ["a".repeat(64)]: "c" }),
  labelled("a key that begins with a hyphen", { "-a": "c" }),
  labelled("a key with two slashes", { "a/b/c": "d" }),
  labelled("an upper-case prefix", { "Example.com/a": "b" }),
  labelled("an empty prefix", { "/a": "b" }),
  labelled("a prefix without a name", { "example.com/": "b" }),
  labelled("a value with a space", { a: "b c" }),
  labelled("a value of 64 characters", { a: "b".repeat(64) }),
  labelled("a value that ends with a dot", { a: "b." }),
  labelled("a value with a slash", { a: "acme/app" }),
  labelled("a number", { a: 1 }),
  labelled("a truth value", { a: true }),
  labelled("an object", { a: {} }),
  createRepository("label: a list of them", {}, { labels: ["a"] }),
  createRepository("label: a text of them", {}, { labels: "a=b" }),
  annotated("a key with a space", { "a b": "c" }),
  annotated("an empty key", { "": "c" }),
  annotated("a key of 64 characters", { ["a".repeat(64)]: "c" }),
  annotated("a number", { a: 1 }),
  annotated("more than 256 KiB", Object.fromEntries([..."abcde"].map((key) => [key, "x".repeat(60_000)]))),
  createRepository("annotation: a list of them", {}, { annotations: ["a"] }),
  createRepository("finalizer: a space", {}, { finalizers: ["a b"] }),
  createRepository("finalizer: empty", {}, { finalizers: [""] }),
  createRepository("finalizer: not a qualified name", {}, { finalizers: ["example.com/a/b"] }),
  createRepository("finalizer: a text", {}, { finalizers: "example.com/a" }),
  createRepository("finalizer: a number", {}, { finalizers: [1] }),
  createRepository(
    "finalizer: orphan and foreground at once",
    {},
    { finalizers: ["orphan", "foregroundDeletion"] },
  ),
  createRepository("owner: without a uid", {}, { ownerReferences: [{ ...reference, uid: "" }] }),
  createRepository("owner: without a name", {}, { ownerReferences: [{ ...reference, name: "" }] }),
  createRepository("owner: without a kind", {}, { ownerReferences: [{ ...reference, kind: "" }] }),
  createRepository(
    "owner: without an apiVersion",
    {},
    { ownerReferences: [{ ...reference, apiVersion: "" }] },
  ),
  createRepository(
    "owner: an apiVersion with two slashes",
    {},
    { ownerReferences: [{ ...reference, apiVersion: "a/b/c" }] },
  ),
  createRepository("owner: a text", {}, { ownerReferences: ["acme.app"] }),
  createRepository("owner: a uid that is a number", {}, { ownerReferences: [{ ...reference, uid: 1 }] }),
  createRepository(
    "owner: two controllers",
    {},
    {
      ownerReferences: [
        { ...reference, controller: true },
        { ...reference, uid: "2", controller: true },
      ],
    },
  ),
  createRepository("resourceVersion: on what is to be created", {}, { resourceVersion: "1" }),
  createRepository("resourceVersion: a number", {}, { resourceVersion: 1 }),
  createRepository("uid: a number", {}, { uid: 1 }),
  createRepository("creationTimestamp: not a time", {}, { creationTimestamp: "yesterday" }),
  createRepository("managedFields: a text", {}, { managedFields: "all" }),
  createRepository("generation: a text", {}, { generation: "one" }),
  replace("replace: a label that cannot be", app({}, { labels: { a: "b c" } })),
  replace("replace: a finalizer that cannot be", app({}, { finalizers: ["a b"] })),
];
