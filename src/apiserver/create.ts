import { subjectName } from "../auth/subject.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { readObject } from "./body.ts";
import { decodeResource } from "./decode.ts";
import { updatingManager, withManager } from "./managed-fields/track.ts";
import { requireNew, withGeneratedName } from "./new-object.ts";
import { warn } from "./warning.ts";
import { admitChange, type WriteRequest } from "./write-request.ts";

/** `POST`: makes a resource. @throws StatusError, AdmissionError, AlreadyExistsError */
export async function createResource(request: WriteRequest): Promise<Resource<Kind>> {
  const { kind, fieldValidation, reply } = request;
  const { resource, warnings } = decodeResource(kind, readObject(request.request, kind), { fieldValidation });
  for (const warning of warnings) warn(reply, warning);
  const draft = withManager(
    { old: undefined, next: withGeneratedName(asNew(resource)) },
    updatingManager({
      fieldManager: request.query["fieldManager"],
      userAgent: request.request.headers["user-agent"],
    }),
  );
  return storeNew(request, draft);
}

/**
 * Admits a new resource, and stores it. DataPacks of one caller come one after the other, since they are counted; with
 * several hubs the limit may be exceeded by those under way at the others.
 * @throws AdmissionError, AlreadyExistsError
 */
export async function storeNew(request: WriteRequest, draft: Resource<Kind>): Promise<Resource<Kind>> {
  const { kind, caller, store, dryRun, reply, inTurn } = request;
  const create = async (): Promise<Resource<Kind>> => {
    const { resource } = await admitChange(request, { operation: "create", new: draft });
    return store.create(resource, { dryRun });
  };
  const created = await (kind === "DataPack" ? inTurn(subjectName(caller), create) : create());
  reply.status(201);
  return created;
}

/** What only the hub gives is left out; status is found out, not said. */
function asNew<K extends Kind>(resource: Resource<K>): Resource<K> {
  requireNew(resource);
  const metadata = { ...resource.metadata };
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  const created = { ...resource, metadata };
  delete created.status;
  return created;
}
