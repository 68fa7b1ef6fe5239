import type { BadRequest } from "../ask.ts";
import { app, create, repository, replace } from "./resources.ts";

const json = JSON.stringify(repository());
const AS_YAML = { "content-type": "application/yaml" };

function typed(title: string, contentType: string, body = json): BadRequest {
  return { ...create(title, "repositories", body), headers: { "content-type": contentType } };
}

function yaml(title: string, body: string, query = ""): BadRequest {
  return { title, method: "POST", path: `repositories${query}`, headers: AS_YAML, body };
}

const HEAD = "apiVersion: imagehub.sealos.io/v1\nkind: Repository\n";
const NAMED = `${HEAD}metadata:\n  name: acme.new\n`;

/** Nine levels of nine: billions of texts, were they written out. */
function yamlBomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const item = level === 0 ? '"lol"' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array.from({ length: 9 }, () => item).join(",")}]\n`;
  });
  return `${NAMED}${levels.join("")}spec:\n  name: acme/new\n`;
}

/** How bodies are written. */
export const BODIES: BadRequest[] = [
  typed("content type: text", "text/plain"),
  typed("content type: a form", "application/x-www-form-urlencoded"),
  typed("content type: XML", "application/xml"),
  typed("content type: none that is known", "application/unknown"),
  typed("content type: a JSON patch to create", "application/json-patch+json"),
  typed("content type: not a content type", "json"),
  { ...replace("content type: text to replace", app()), headers: { "content-type": "text/plain" } },
  {
    ...replace("content type: CBOR that is none", app()),
    headers: { "content-type": "application/octet-stream" },
  },
  create("body: none", "repositories", ""),
  create("body: not JSON", "repositories", "{"),
  create("body: JSON that ends early", "repositories", json.slice(0, -1)),
  create("body: JSON with a comma too many", "repositories", '{"kind":"Repository",}'),
  create("body: text that is no JSON", "repositories", "hello"),
  create("body: a list", "repositories", []),
  create("body: a number", "repositories", "1"),
  create("body: a text", "repositories", '"text"'),
  create("body: null", "repositories", "null"),
  create("body: an empty object", "repositories", {}),
  replace("body: none to replace with", ""),
  replace("body: not JSON to replace with", "{"),
  create("kind: left out", "repositories", without("kind")),
  create("kind: empty", "repositories", { ...repository(), kind: "" }),
  create("kind: another of the group", "repositories", { ...repository(), kind: "Image" }),
  create("kind: one that is not there", "repositories", { ...repository(), kind: "Widget" }),
  create("kind: the plural", "repositories", { ...repository(), kind: "repositories" }),
  create("kind: in lower case", "repositories", { ...repository(), kind: "repository" }),
  create("kind: a list", "repositories", { ...repository(), kind: "RepositoryList", items: [] }),
  create("kind: a number", "repositories", { ...repository(), kind: 1 }),
  create("kind: of Kubernetes itself", "repositories", { ...repository(), apiVersion: "v1", kind: "Pod" }),
  create("apiVersion: left out", "repositories", without("apiVersion")),
  create("apiVersion: empty", "repositories", { ...repository(), apiVersion: "" }),
  create("apiVersion: another version", "repositories", {
    ...repository(),
    apiVersion: "imagehub.sealos.io/v2",
  }),
  create("apiVersion: another group", "repositories", { ...repository(), apiVersion: "apps/v1" }),
  create("apiVersion: without a group", "repositories", { ...repository(), apiVersion: "v1" }),
  create("apiVersion: with two slashes", "repositories", {
    ...repository(),
    apiVersion: "imagehub.sealos.io/v1/x",
  }),
  create("apiVersion: a number", "repositories", { ...repository(), apiVersion: 1 }),
  replace("kind: another to replace with", { ...app(), kind: "Image" }),
  replace("apiVersion: another to replace with", { ...app(), apiVersion: "imagehub.sealos.io/v2" }),
  create("body: more than 3 MiB", "repositories", repository({ description: "x".repeat(3_200_000) })),
  replace("body: more than 3 MiB to replace with", app({ description: "x".repeat(3_200_000) })),
  yaml("YAML: a bomb of aliases", yamlBomb(), "?fieldValidation=Strict"),
  yaml("YAML: a tab for spaces", `${HEAD}metadata:\n\tname: acme.new\n`),
  yaml("YAML: a list that does not end", `${NAMED}spec:\n  keywords: [a, b\n`),
  yaml("YAML: an alias of nothing", `${NAMED}spec: *nothing\n`),
  yaml("YAML: a text", "hello"),
  yaml("YAML: nothing", ""),
  yaml("YAML: without a kind", "apiVersion: imagehub.sealos.io/v1\nmetadata:\n  name: acme.new\n"),
  yaml("YAML: a number for a text", `${NAMED}spec:\n  name: 12\n`),
  yaml("YAML: yes for a text", `${NAMED}spec:\n  name: true\n`),
  yaml(
    "YAML: a key twice, strictly",
    `${NAMED}spec:\n  name: acme/new\n  name: acme/new\n`,
    "?fieldValidation=Strict",
  ),
  yaml(
    "YAML: an unknown field, strictly",
    `${NAMED}spec:\n  name: acme/new\n  colour: red\n`,
    "?fieldValidation=Strict",
  ),
];

function without(field: string): object {
  return Object.fromEntries(Object.entries(repository()).filter(([name]) => name !== field));
}
