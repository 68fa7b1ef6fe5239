import type { TestImage } from "../image-builder.ts";
import { anybody, names, type Row } from "./row.ts";

/** `/v2` and `/token`. Requests that whoever may could not repeat ask for what is not there, or say what is wrong. */
export function registryRows(image: TestImage): Row[] {
  const [blob = ""] = image.blobs.keys();
  const pull = { may: "pull", done: 200, doneAbsent: 404 } as const;
  return [
    // Clients learn of tokens here alone.
    ...read("base", () => "/v2/", { may: anybody, done: 200, about: "hub" }),
    row("GET /v2 catalog", "pull", { done: 200, at: () => "_catalog?n=10000", tells: names }),
    row("HEAD /v2 catalog", anybody, { done: 200, at: () => "_catalog" }),
    ...read("tags", (name) => `/v2/${name}/tags/list`, pull),
    ...read("manifest", (name) => `/v2/${name}/manifests/v1`, pull),
    ...read("blob", (name) => `/v2/${name}/blobs/${blob}`, pull),
    // What has none has an empty list, in a repository that is not there as well: the specification says so.
    ...read("referrers", (name) => `/v2/${name}/referrers/${image.digest}`, { ...pull, doneAbsent: 200 }),
    ...read("upload", (name) => `/v2/${name}/blobs/uploads/none`, { may: "push", done: 404 }),
    row("PUT /v2 manifest", "push", { done: 400, at: (name) => `${name}/manifests/v1`, body: "none" }),
    row("DELETE /v2 manifest", "delete", { done: 404, at: (name) => `${name}/manifests/${NONE}` }),
    row("DELETE /v2 blob", "delete", { done: 404, at: (name) => `${name}/blobs/${NONE}` }),
    row("POST /v2 uploads", "push", { done: 202, at: (name) => `${name}/blobs/uploads/` }),
    row("PATCH /v2 upload", "push", { done: 404, at: (name) => `${name}/blobs/uploads/none` }),
    row("PUT /v2 upload", "push", { done: 404, at: (name) => `${name}/blobs/uploads/none?digest=${NONE}` }),
    row("DELETE /v2 upload", "push", { done: 404, at: (name) => `${name}/blobs/uploads/none` }),
    ...tokenRows(),
  ];
}

const NONE = `sha256:${"0".repeat(64)}`;

type Rest = Pick<Row, "may" | "done"> & Partial<Row>;

function read(noun: string, pathOf: (name: string) => string, rest: Rest): Row[] {
  const ask = (name: string) => ({ path: pathOf(name) });
  return ["GET", "HEAD"].map((method) => ({
    about: "repository",
    ask,
    ...rest,
    route: `${method} /v2 ${noun}`,
  }));
}

function row(
  route: string,
  may: Row["may"],
  {
    done,
    at,
    body,
    tells,
  }: { done: number; at: (name: string) => string; body?: string; tells?: typeof names },
): Row {
  const ask = (name: string) => ({ path: `/v2/${at(name)}`, ...(body !== undefined && { body }) });
  return { route, may, done, about: "repository", ask, ...(tells && { tells }) };
}

/** A token names what it grants. */
function tokenRows(): Row[] {
  return (["pull", "push", "delete"] as const).flatMap((may): Row[] => {
    const common = { may, done: 200, tells: names, about: "repository" } as const;
    const scopeOf = (name: string) => ({ service: "imagehub", scope: `repository:${name}:${may}` });
    return [
      {
        ...common,
        route: "GET /token",
        ask: (name) => ({ path: `/token?${new URLSearchParams(scopeOf(name))}` }),
      },
      {
        ...common,
        route: "POST /token",
        needsUser: true,
        ask: (name, { login }) => ({
          path: "/token",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: String(
            new URLSearchParams({
              grant_type: "password",
              username: login?.name ?? "",
              password: login?.password ?? "",
              ...scopeOf(name),
            }),
          ),
        }),
      },
    ];
  });
}
