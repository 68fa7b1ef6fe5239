import type { BadRequest } from "../ask.ts";
import { app, create, image, organization, replace, repository } from "./resources.ts";

const change = { spec: { description: "Mine." } };

function patch(title: string, type: string, path: string, body: object): BadRequest {
  return {
    title,
    method: "PATCH",
    path,
    headers: { "content-type": `application/${type}-patch+${type === "apply" ? "yaml" : "json"}` },
    body,
  };
}

const remove = (title: string, path: string): BadRequest => ({ title, method: "DELETE", path });

/** What somebody with an account may not. */
export const FORBIDDEN: BadRequest[] = [
  create("create", "repositories", repository()),
  create("create an image", "images", image()),
  replace("replace", app(change.spec)),
  replace("replace: owners", app({}, { ownerReferences: [] })),
  patch("merge patch", "merge", "repositories/acme.app", change),
  patch("merge patch: of another kind", "merge", "organizations/acme", { spec: { displayName: "Mine" } }),
  patch("JSON patch", "json", "repositories/acme.app", [
    { op: "add", path: "/spec/description", value: "Mine." },
  ]),
  patch("apply patch", "apply", "repositories/acme.app?fieldManager=bob&force=true", {
    ...repository({ name: "acme/app", description: "Mine." }),
    metadata: { name: "acme.app" },
  }),
  patch("apply patch: of what is not there", "apply", "repositories/acme.new?fieldManager=bob", repository()),
  patch("apply patch: of an organization", "apply", "organizations/acme?fieldManager=bob", {
    ...organization({ displayName: "Mine" }),
    metadata: { name: "acme" },
  }),
  remove("delete", "repositories/acme.app"),
  remove("delete: of a data pack", "datapacks/pack"),
  remove("delete all", "repositories"),
  remove("delete all: by a selector", "images?fieldSelector=metadata.name%3Dacme.app.v1"),
  { ...replace("replace: a status", app()), path: "repositories/acme.app/status" },
  patch("merge patch: a status", "merge", "repositories/acme.app/status", { status: { pulls: 7 } }),
].map((request) => ({ ...request, title: `forbidden: ${request.title}`, by: "somebody" }));
