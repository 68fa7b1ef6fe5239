import type { BadRequest } from "../ask.ts";

function list(title: string, query: string, plural = "repositories"): BadRequest {
  return { title: `list: ${title}`, method: "GET", path: `${plural}?${query}` };
}

function labels(title: string, selector: string): BadRequest {
  return list(`labelSelector ${title}`, `labelSelector=${encodeURIComponent(selector)}`);
}

function fields(title: string, selector: string, plural = "repositories"): BadRequest {
  return list(`fieldSelector ${title}`, `fieldSelector=${encodeURIComponent(selector)}`, plural);
}

function accepts(title: string, accept: string, path = "repositories"): BadRequest {
  return { title: `Accept: ${title}`, method: "GET", path, headers: { accept } };
}

/** Lists, watches, and how their answers shall look. */
export const LISTS: BadRequest[] = [
  labels("of an operator alone", "="),
  labels("without a key", "=a"),
  labels("with a key that cannot be", "a b"),
  labels("with a value that cannot be", "a=b c"),
  labels("with a value too long", `a=${"x".repeat(64)}`),
  labels("with a key too long", `${"x".repeat(64)}=a`),
  labels("in without a list", "a in"),
  labels("in with an open list", "a in (b"),
  labels("in with nothing in its list", "a in ()junk"),
  labels("with an operator that is none", "a ~ b"),
  labels("with a comma too many", "a,,b"),
  labels("of two exclamation marks", "!!a"),
  labels("that begins with a comma", ",a=b"),
  labels("greater than no number", "a>b"),
  fields("without an operator", "metadata.name"),
  fields("of a field that is not there", "spec.colour=red"),
  fields("of a field that is not for selecting", "spec.description=x"),
  fields("of status", "status.latestTag=v1"),
  fields("of visibility, which images have not", "spec.visibility=public", "images"),
  fields("with an operator that is none", "metadata.name~x"),
  fields("with an escape that is none", "metadata.name=a\\b"),
  fields("of metadata.labels", "metadata.labels=x"),
  list("a limit that is no number", "limit=many"),
  list("a limit that is a fraction", "limit=1.5"),
  list("a limit beyond 64 bits", "limit=99999999999999999999"),
  list("a token that is none", "limit=1&continue=junk"),
  list("a token of another time", "limit=1&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ"),
  list("a token and a resourceVersion", "limit=1&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ&resourceVersion=1"),
  list("a resourceVersion that is none", "resourceVersion=latest"),
  list("a resourceVersion below 0", "resourceVersion=-1"),
  list("a match without a resourceVersion", "resourceVersionMatch=Exact"),
  list("a match that is none", "resourceVersion=1&resourceVersionMatch=Closest"),
  list("an exact match of 0", "resourceVersion=0&resourceVersionMatch=Exact"),
  list("a resourceVersion of the future", "resourceVersion=99999999999&resourceVersionMatch=Exact"),
  list("initial events without a watch", "sendInitialEvents=true"),
  list("a timeout that is no number", "timeoutSeconds=soon"),
  list("watch that is neither true nor false", "watch=maybe&timeoutSeconds=1&resourceVersion=latest"),
  list("watch: a resourceVersion that is none", "watch=true&resourceVersion=latest&timeoutSeconds=1"),
  list("watch: initial events without a match", "watch=true&sendInitialEvents=true&timeoutSeconds=1"),
  list(
    "watch: a match without initial events",
    "watch=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1",
  ),
  list("watch: a label selector that is none", "watch=true&labelSelector=%3D&timeoutSeconds=1"),
  list("watch: a field selector that is none", "watch=true&fieldSelector=x%3Dy&timeoutSeconds=1"),
  accepts("a picture", "image/png"),
  accepts("text", "text/html"),
  accepts("XML of one", "application/xml", "repositories/acme.app"),
  accepts("a form that is none", "application/json;as=Chart;g=meta.k8s.io;v=v1"),
  accepts("a table of a version that is none", "application/json;as=Table;g=meta.k8s.io;v=v9"),
  accepts("a list's form of one", "application/json;as=Table;g=example.com;v=v1", "repositories/acme.app"),
  {
    title: "table: includeObject that is none",
    method: "GET",
    path: "repositories?includeObject=Some",
    headers: { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" },
  },
];
