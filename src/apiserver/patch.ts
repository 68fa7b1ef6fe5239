import type { Kind, Resource } from "../resources/kinds.ts";
import { applyResource } from "./apply.ts";
import { PATCH_TYPES, readPatch } from "./body.ts";
import { resourceType } from "./decode.ts";
import { patchedObject, type Patch } from "./patched.ts";
import { retried } from "./retried.ts";
import { requireCurrent, requireStatusWriter, storeStatus, storeUpdate, tracked } from "./update.ts";
import { warn } from "./warning.ts";
import { findVisible, type WriteRequest } from "./write-request.ts";

/**
 * `PATCH`: changes what the patch names. One that says no resourceVersion is made anew when somebody wrote meanwhile.
 * @throws StatusError, AdmissionError, NotFoundError, ConflictError
 */
export async function patchResource(request: WriteRequest, name: string): Promise<Resource<Kind>> {
  const { type, ...body } = readPatch(request.request, PATCH_TYPES);
  if (type === "apply") return applyResource(request, { name, ...body });
  return patch(request, {
    name,
    change: { type, ...body },
    store: ({ old, resource }) => storeUpdate(request, tracked(request, old, resource)),
  });
}

/** `PATCH …/status` */
export async function patchStatus(request: WriteRequest, name: string): Promise<Resource<Kind>> {
  await findVisible(request, name);
  requireStatusWriter(request, name);
  const { type, ...body } = readPatch(request.request, PATCH_TYPES);
  return patch(request, {
    name,
    // Status has one writer, so what is applied is merged.
    change: { type: type === "apply" ? "merge" : type, ...body },
    store: ({ old, resource }) =>
      storeStatus(request, {
        ...old,
        ...(resource.status && { status: resource.status }),
      } as Resource<Kind>),
  });
}

interface PatchOptions {
  name: string;
  change: Patch;
  store: (change: { old: Resource<Kind>; resource: Resource<Kind> }) => Promise<Resource<Kind>>;
}

async function patch(request: WriteRequest, { name, change, store }: PatchOptions): Promise<Resource<Kind>> {
  const { kind, fieldValidation, reply } = request;
  return retried(request, name, async () => {
    const old = await findVisible(request, name);
    const { object, warnings } = patchedObject(resourceType(kind), old, { patch: change, fieldValidation });
    for (const warning of warnings) warn(reply, warning);
    const resource = object as Resource<Kind>;
    requireCurrent(old, resource);
    return () => store({ old, resource });
  });
}
