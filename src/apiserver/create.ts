import { randomInt } from "node:crypto";
import type { Kind, Resource } from "../resources/kinds.ts";
import { readObject } from "./body.ts";
import { decodeResource } from "./decode.ts";
import { updatingManager, withManager } from "./managed-fields/track.ts";
import { StatusError } from "./status.ts";
import { admitChange, warn, type WriteRequest } from "./write-request.ts";

/** `POST`: makes a resource. @throws StatusError, AdmissionError, AlreadyExistsError */
export async function createResource(request: WriteRequest): Promise<Resource<Kind>> {
  const { kind, fieldValidation, reply, store, dryRun } = request;
  const { resource, warnings } = decodeResource(kind, readObject(request.request, kind), { fieldValidation });
  for (const warning of warnings) warn(reply, warning);
  const draft = withManager(
    { old: undefined, next: withGeneratedName(asNew(resource)) },
    updatingManager({
      fieldManager: request.query["fieldManager"],
      userAgent: request.request.headers["user-agent"],
    }),
  );
  const { resource: admitted } = await admitChange(request, { operation: "create", new: draft });
  const created = await store.create(admitted, { dryRun });
  reply.status(201);
  return created;
}

/** What only the hub gives is left out; status is found out, not said. */
function asNew<K extends Kind>(resource: Resource<K>): Resource<K> {
  const metadata = { ...resource.metadata };
  if (metadata.resourceVersion) {
    throw new StatusError(400, "BadRequest", "resourceVersion should not be set on objects to be created");
  }
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  const created = { ...resource, metadata };
  delete created.status;
  return created;
}

/** Kubernetes appends five characters of its own alphabet. */
function withGeneratedName<K extends Kind>(resource: Resource<K>): Resource<K> {
  const { name, generateName } = resource.metadata;
  if (name || !generateName) return resource;
  const suffix = Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return { ...resource, metadata: { ...resource.metadata, name: generateName + suffix } };
}

/** Without vowels, so that no words come of it. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
