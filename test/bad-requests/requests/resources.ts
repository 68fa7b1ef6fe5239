import type { BadRequest } from "../ask.ts";

const apiVersion = "imagehub.sealos.io/v1";

/** Resources that would be right. */
export function repository(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return {
    apiVersion,
    kind: "Repository",
    metadata: { name: "acme.new", ...metadata },
    spec: { name: "acme/new", ...spec },
  };
}

export function image(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return {
    apiVersion,
    kind: "Image",
    metadata: { name: "acme.app.v2", ...metadata },
    spec: { name: "acme/app:v2", ...spec },
  };
}

export function organization(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return { apiVersion, kind: "Organization", metadata: { name: "umbrella", ...metadata }, spec };
}

export function dataPack(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return {
    apiVersion,
    kind: "DataPack",
    metadata: { name: "new", ...metadata },
    spec: { type: "base", names: ["acme/app:v1"], ...spec },
  };
}

export function user(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return { apiVersion, kind: "User", metadata: { name: "somebody", ...metadata }, spec };
}

/** acme.app as it is. */
export function app(spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return {
    apiVersion,
    kind: "Repository",
    metadata: { name: "acme.app", resourceVersion: "{resourceVersion}", ...metadata },
    spec: { name: "acme/app", visibility: "public", description: "An app.", ...spec },
  };
}

export function create(title: string, plural: string, body: string | object): BadRequest {
  return { title, method: "POST", path: plural, body };
}

export function createRepository(title: string, spec: object = {}, metadata: object = {}): BadRequest {
  return create(title, "repositories", repository(spec, metadata));
}

export function replace(title: string, body: string | object, query = ""): BadRequest {
  return { title, method: "PUT", path: `repositories/acme.app${query}`, body };
}
