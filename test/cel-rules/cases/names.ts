import { image, repository, type Case } from "../case.ts";

const HEX = "0123456789abcdef".repeat(2);
const noSha = "CEL has no SHA-256";

/** `spec.name`, and the `metadata.name` that follows. */
export const NAMES: Case[] = [
  { title: "repository: a plain name", resource: repository({ name: "acme/app" }) },
  { title: "repository: a plain name with dashes", resource: repository({ name: "a-b/c--d" }) },
  { title: "repository: a name with a dot", resource: repository({ name: "acme/my.app" }) },
  { title: "repository: a name with _", resource: repository({ name: "acme/my__app" }) },
  { title: "repository: a path", resource: repository({ name: "acme/team/app" }) },
  { title: "repository: a name that ends like a hash", resource: repository({ name: `acme/app-${HEX}` }) },
  { title: "repository: 253 characters", resource: repository({ name: `acme/${"x".repeat(248)}` }) },
  { title: "repository: 254 characters", resource: repository({ name: `acme/${"x".repeat(249)}` }) },
  { title: "repository: 255 characters", resource: repository({ name: `acme/${"x".repeat(250)}` }) },
  { title: "repository: another metadata.name", resource: repository({ name: "acme/app" }, "app") },
  {
    title: "repository: a hash for a plain name",
    resource: repository({ name: "acme/app" }, `acme.app-${HEX}`),
  },
  {
    title: "repository: no hash for a path",
    resource: repository({ name: "acme/a/b" }, "acme.a-b"),
    saysGrammar: true,
  },
  {
    title: "repository: half a hash for a path",
    resource: repository({ name: "acme/a/b" }, "acme.a-b-01234567"),
    saysGrammar: true,
  },
  {
    title: "repository: another hash for a path",
    resource: repository({ name: "acme/a/b" }, `acme.a-b-${HEX}`),
    celCannot: noSha,
  },
  illegalRepository("no organization", "app"),
  illegalRepository("upper case", "acme/App"),
  illegalRepository("two slashes", "acme//app"),
  illegalRepository("a slash at the end", "acme/app/"),
  illegalRepository("two dots", "acme/a..b"),
  illegalRepository("three _", "acme/a___b"),
  illegalRepository("a dash at the end", "acme/app-"),
  illegalRepository("a tag", "acme/app:v1"),
  illegalRepository("a line end", "acme/app\n"),
  illegalRepository("nothing", ""),
  {
    title: "repository: spec.name stays",
    old: repository({ name: "acme/app" }),
    resource: repository({ name: "acme/other" }, "acme.app"),
  },
  { title: "image: a plain name", resource: image({ name: "acme/app:v1.0" }) },
  {
    title: "image: sealos-imagehub for its namespace",
    resource: image({ name: "acme/app:v1", namespace: "sealos-imagehub" }),
  },
  { title: "image: a tag in upper case", resource: image({ name: "acme/app:V1" }) },
  { title: "image: a tag with _", resource: image({ name: "acme/app:_v1" }) },
  { title: "image: a tag with two dots", resource: image({ name: "acme/app:1..2" }) },
  { title: "image: a tag of 128 characters", resource: image({ name: `acme/app:${"v".repeat(128)}` }) },
  {
    title: "image: a long path and tag",
    resource: image({ name: `acme/${"x".repeat(250)}:${"v".repeat(128)}` }),
  },
  { title: "image: a path", resource: image({ name: "acme/team/app:v1" }) },
  { title: "image: a tag that ends like a hash", resource: image({ name: `acme/app:v1-${HEX}` }) },
  { title: "image: another metadata.name", resource: image({ name: "acme/app:v1" }, "acme.app.v2") },
  {
    title: "image: no hash for a tag in upper case",
    resource: image({ name: "acme/app:V1" }, "acme.app.v1"),
    saysGrammar: true,
  },
  {
    title: "image: another hash for a tag in upper case",
    resource: image({ name: "acme/app:V1" }, `acme.app.v1-${HEX}`),
    celCannot: noSha,
  },
  { title: "image: no tag", resource: image({ name: "acme/app" }, "acme.app") },
  illegalImage("a tag of 129 characters", `acme/app:${"v".repeat(129)}`),
  illegalImage("a path of 256 characters", `acme/${"x".repeat(251)}:v1`),
  illegalImage("an empty tag", "acme/app:"),
  illegalImage("a tag that begins with a dash", "acme/app:-v1"),
  illegalImage("two tags", "acme/app:v1:v2"),
  illegalImage("a digest", `acme/app@sha256:${HEX}`),
  illegalImage("no organization", "app:v1"),
  illegalImage("a host with a port", "localhost:5000/acme/app:v1"),
  {
    title: "image: spec.name stays",
    old: image({ name: "acme/app:v1" }),
    resource: image({ name: "acme/app:v2" }, "acme.app.v1"),
  },
];

function illegalRepository(title: string, name: string): Case {
  return { title: `repository: ${title}`, resource: repository({ name }, "acme.app"), saysGrammar: true };
}

function illegalImage(title: string, name: string): Case {
  return { title: `image: ${title}`, resource: image({ name }, "acme.app.v1"), saysGrammar: true };
}
