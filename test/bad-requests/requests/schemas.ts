import type { BadRequest } from "../ask.ts";
import {
  app,
  create,
  createRepository,
  dataPack,
  image,
  organization,
  repository,
  replace,
  user,
} from "./resources.ts";

const owner = { kind: "User", name: "admin", role: "owner" };

function createImage(title: string, spec: object): BadRequest {
  return create(title, "images", image(spec));
}

function createOrganization(title: string, spec: object): BadRequest {
  return create(title, "organizations", organization(spec));
}

function createDataPack(title: string, spec: object): BadRequest {
  return create(title, "datapacks", dataPack(spec));
}

function strict(title: string, body: string | object): BadRequest {
  return { title, method: "POST", path: "repositories?fieldValidation=Strict", body };
}

/** What the schemas refuse. */
export const SCHEMAS: BadRequest[] = [
  create("required: spec", "repositories", { ...repository(), spec: undefined }),
  create("required: spec.name", "repositories", { ...repository(), spec: {} }),
  create("required: both of a data pack", "datapacks", { ...dataPack(), spec: {} }),
  createOrganization("required: a member's role", { members: [{ kind: "User", name: "admin" }] }),
  createOrganization("required: all of a member", { members: [{}] }),
  create("type: spec is a text", "repositories", { ...repository(), spec: "acme/new" }),
  create("type: spec is a list", "repositories", { ...repository(), spec: [] }),
  createRepository("type: a number for a text", { description: 1 }),
  createRepository("type: a truth value for a text", { description: true }),
  createRepository("type: an object for a text", { description: { en: "An app." } }),
  createRepository("type: a list for a text", { description: ["An app."] }),
  createRepository("type: a number for the name", { name: 12 }),
  createRepository("type: a text for a list", { keywords: "database" }),
  createRepository("type: an object for a list", { keywords: { a: "b" } }),
  createRepository("type: a number in a list of texts", { keywords: ["a", 1] }),
  createRepository("type: a list in a list of texts", { keywords: [["a"]] }),
  createOrganization("type: a text for a member", { members: ["admin"] }),
  createOrganization("type: an object for members", { members: owner }),
  createImage("type: a text for detail", { detail: "docs" }),
  createImage("type: a number for docs", { detail: { docs: 1 } }),
  createImage("type: a fraction for a text", { detail: { arch: 1.5 } }),
  createDataPack("type: a text for names", { names: "acme/app" }),
  createDataPack("type: a number for expireTime", { expireTime: 3600 }),
  create("type: a text for starred", "users", user({ starred: "acme/app" })),
  createRepository("type: two at once", { description: 1, keywords: "database" }),
  createRepository("enum: visibility", { visibility: "internal" }),
  createRepository("enum: visibility in upper case", { visibility: "Public" }),
  createRepository("enum: visibility is empty", { visibility: "" }),
  createRepository("enum: visibility is a truth value", { visibility: true }),
  createOrganization("enum: defaultVisibility", { defaultVisibility: "hidden" }),
  createOrganization("enum: a member's kind", { members: [{ ...owner, kind: "Robot" }] }),
  createOrganization("enum: a member's role", { members: [{ ...owner, role: "admin" }] }),
  createOrganization("enum: kind and role of a member", {
    members: [{ ...owner, kind: "Robot", role: "admin" }],
  }),
  createDataPack("enum: type of a data pack", { type: "card" }),
  createImage("enum: spec.namespace", { namespace: "default" }),
  createRepository("maxLength: description", { description: "x".repeat(1001) }),
  createRepository("maxLength: name", { name: `acme/${"x".repeat(255)}` }),
  createRepository("maxLength: a keyword", { keywords: ["x".repeat(64)] }),
  createRepository("maxLength: icon", { icon: "x".repeat(65_537) }),
  createRepository("maxLength: a tag pattern", { immutableTags: ["x".repeat(129)] }),
  createImage("maxLength: type", { type: "x".repeat(64) }),
  createImage("maxLength: docs", { detail: { docs: "x".repeat(256 * 1024 + 1) } }),
  createImage("maxLength: ID and arch", { detail: { ID: "x".repeat(256), arch: "x".repeat(256) } }),
  createOrganization("maxLength: displayName", { displayName: "x".repeat(256) }),
  createOrganization("maxLength: a member's name", { members: [{ ...owner, name: "x".repeat(254) }] }),
  createDataPack("maxLength: expireTime", { expireTime: "1".repeat(17) }),
  createRepository("minLength: a keyword", { keywords: [""] }),
  createOrganization("minLength: a member's name", { members: [{ ...owner, name: "" }] }),
  createRepository("maxItems: keywords", { keywords: Array.from({ length: 21 }, (_, i) => `k${i}`) }),
  createRepository("maxItems: immutableTags", {
    immutableTags: Array.from({ length: 21 }, (_, i) => `v${i}`),
  }),
  createDataPack("maxItems: names", { names: Array.from({ length: 501 }, (_, i) => `acme/app:v${i}`) }),
  create(
    "maxItems: starred",
    "users",
    user({ starred: Array.from({ length: 1001 }, (_, i) => `acme/app${i}`) }),
  ),
  createDataPack("minItems: names", { names: [] }),
  createOrganization("list map: a member twice", { members: [owner, owner] }),
  createOrganization("list map: a member twice, with two roles", {
    members: [owner, { ...owner, role: "reader" }],
  }),
  createOrganization("list map: a member three times", { members: [owner, owner, owner] }),
  replace("CEL: spec.name stays", app({ name: "acme/other" })),
  {
    title: "CEL: spec of a data pack stays",
    method: "PATCH",
    path: "datapacks/pack",
    headers: { "content-type": "application/merge-patch+json" },
    body: { spec: { expireTime: "2h" } },
  },
  {
    title: "CEL: spec.name of an image stays",
    method: "PATCH",
    path: "images/acme.app.v1",
    headers: { "content-type": "application/merge-patch+json" },
    body: { spec: { name: "acme/app:v3" } },
  },
  strict("unknown: a field of spec", repository({ colour: "red" })),
  strict("unknown: a field of the object", { ...repository(), colour: "red" }),
  strict("unknown: a field of metadata", repository({}, { colour: "red" })),
  strict("unknown: several fields", repository({ colour: "red", size: 1 })),
  strict("unknown: a field in another case", repository({ Description: "An app." })),
  {
    title: "unknown: a field of a list's item",
    method: "POST",
    path: "organizations?fieldValidation=Strict",
    body: organization({ members: [{ ...owner, since: "2020" }] }),
  },
  {
    title: "unknown: a field of detail",
    method: "POST",
    path: "images?fieldValidation=Strict",
    body: image({ detail: { colour: "red" } }),
  },
  replace("unknown: a field to replace with", app({ colour: "red" }), "?fieldValidation=Strict"),
  strict("twice: a key of spec", twice('"spec":{', '"spec":{"name":"acme/new",')),
  strict("twice: a key of the object", twice('{"apiVersion"', '{"kind":"Repository","apiVersion"')),
  strict("twice: a key of metadata", twice('"metadata":{', '"metadata":{"name":"acme.new",')),
  strict("twice and unknown at once", twice('"spec":{', '"spec":{"colour":"red","name":"acme/new",')),
  {
    title: "type: of a status",
    method: "PATCH",
    path: "repositories/acme.app/status",
    headers: { "content-type": "application/merge-patch+json" },
    body: { status: { tagCount: "many" } },
  },
  {
    title: "minimum: of a status",
    method: "PATCH",
    path: "repositories/acme.app/status",
    headers: { "content-type": "application/merge-patch+json" },
    body: { status: { pulls: -1 } },
  },
];

function twice(part: string, by: string): string {
  return JSON.stringify(repository()).replace(part, by);
}
