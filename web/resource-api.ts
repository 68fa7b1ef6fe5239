import type { Organization, Repository, Spec } from "../src/resources/kinds.ts";
import { RESOURCES } from "./api.ts";
import { getJson, hasStatus, sendJson } from "./http.ts";

/** What a user changes on a page. */
export type Editable = Organization | Repository;

/** Who changed what is kept with a resource by this name. */
const WRITES = "?fieldManager=imagehub-web";
/** Counters and findings are written to resources as well, so that a version is often no longer the newest. */
const MAX_TRIES = 5;

/** Somebody else changed the same since it was read. */
export class ClashError extends Error {
  /** As it is now. */
  readonly current: Editable;
  readonly fields: readonly string[];

  constructor(current: Editable, fields: readonly string[]) {
    super(`Cannot change ${fields.join(", ")}: changed by somebody else meanwhile`);
    this.name = "ClashError";
    this.current = current;
    this.fields = fields;
  }
}

/** Makes an organization; its maker is its owner. @throws ApiError 403 when the name is taken */
export function createOrganization(name: string, spec: Spec<"Organization">): Promise<Organization> {
  const body = { apiVersion: "imagehub.sealos.io/v1", kind: "Organization", metadata: { name }, spec };
  return sendJson(`${RESOURCES}/organizations${WRITES}`, { method: "POST", body });
}

export function deleteResource(resource: Editable): Promise<unknown> {
  return sendJson(addressOf(resource), { method: "DELETE" });
}

/**
 * Sets fields of a spec, and leaves all else as others have it by now.
 * @param base as the user saw it
 * @param change undefined takes a field away
 * @throws ClashError when one of the fields is no longer as the user saw it; ApiError
 */
export function setFields<R extends Editable>(
  base: R,
  change: { [F in keyof R["spec"]]?: R["spec"][F] | undefined },
): Promise<R> {
  return changeSpec(base, (current) => {
    const clashes = Object.keys(change).filter((field) => {
      const now = valueOf(current, field);
      return now !== valueOf(base, field) && now !== textOf((change as Fields)[field]);
    });
    if (clashes.length > 0) throw new ClashError(current, clashes);
    return change as Fields;
  });
}

/** Changes a spec by what it is at that moment; made anew when somebody else was faster. @throws ApiError */
export async function changeSpec<R extends Editable>(base: R, change: (current: R) => Fields): Promise<R> {
  let current = base;
  for (let tries = 1; ; tries += 1) {
    try {
      return await patchSpec(current, change(current));
    } catch (error) {
      if (!hasStatus(error, 409) || tries === MAX_TRIES) throw error;
      current = await getJson<R>(addressOf(base));
    }
  }
}

type Fields = Record<string, unknown>;

/** By a JSON merge patch (RFC 7396), in which null takes a field away. */
function patchSpec<R extends Editable>(resource: R, change: Fields): Promise<R> {
  const spec = Object.fromEntries(Object.entries(change).map(([field, value]) => [field, value ?? null]));
  return sendJson(addressOf(resource) + WRITES, {
    method: "PATCH",
    body: { metadata: { resourceVersion: resource.metadata.resourceVersion }, spec },
    contentType: "application/merge-patch+json",
  });
}

function addressOf({ kind, metadata }: Editable): string {
  const plural = kind === "Organization" ? "organizations" : "repositories";
  return `${RESOURCES}/${plural}/${encodeURIComponent(metadata.name)}`;
}

function valueOf({ spec }: Editable, field: string): string {
  return textOf((spec as Fields)[field]);
}

/** Values of one field are the same when they are written the same. */
function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
