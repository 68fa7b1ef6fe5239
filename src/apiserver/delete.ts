import { NotFoundError } from "../resource-store/errors.ts";
import type { Preconditions } from "../resource-store/port.ts";
import { KINDS, type Kind, type Resource } from "../resources/kinds.ts";
import { GROUP } from "../resources/metadata.ts";
import { finalizersOfDeletion } from "../resources/propagation.ts";
import { parseDeleteOptions, type DeleteOptions } from "./delete-options.ts";
import { whyNotDeleted } from "./preconditions.ts";
import { selectorsOf } from "./read.ts";
import { StatusError, successStatus } from "./status.ts";
import { listVisible } from "./visible-page.ts";
import { admitChange, findVisible, type WriteRequest } from "./write-request.ts";

/** Resources of one look of a DELETE of many. */
const PAGE = 500;

/** `DELETE` of one. @throws StatusError, AdmissionError, NotFoundError, ConflictError */
export async function deleteResource(request: WriteRequest, name: string): Promise<Record<string, unknown>> {
  const options = parseDeleteOptions(request);
  const old = await findVisible(request, name);
  const deleted = await deleteOne(request, old, options);
  // As Kubernetes: what waits for its finalizers is shown, what is gone is told.
  if (deleted.metadata.deletionTimestamp !== undefined) return { ...deleted };
  return success(old.kind, { name, ...(old.metadata.uid && { uid: old.metadata.uid }) });
}

/** `DELETE` of all that the selectors name and the caller may delete; they may be a million, so none is shown. */
export async function deleteCollection(request: WriteRequest): Promise<Record<string, unknown>> {
  const { kind, query } = request;
  const options = parseDeleteOptions(request);
  const selectors = selectorsOf(kind, query);
  let from: Parameters<typeof listVisible>[1]["from"];
  do {
    const page = await listVisible(request, { limit: PAGE, from, options: selectors });
    for (const old of page.items) await deleteUnlessGone(request, old, options);
    from = page.next;
  } while (from !== undefined);
  return success(kind, {});
}

function success(kind: Kind, about: { name?: string; uid?: string }): Record<string, unknown> {
  return successStatus({ ...about, group: GROUP, kind: KINDS[kind].plural });
}

async function deleteUnlessGone(
  request: WriteRequest,
  old: Resource<Kind>,
  options: DeleteOptions,
): Promise<void> {
  try {
    await deleteOne(request, old, options);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/** Its content goes first: a process killed between finds, at its next start, a resource whose content is gone. */
async function deleteOne(
  request: WriteRequest,
  old: Resource<Kind>,
  options: DeleteOptions,
): Promise<Resource<Kind>> {
  const { store, removeContent, caller } = request;
  const { dryRun, propagation } = options;
  requirePreconditions(old, options);
  await admitChange({ ...request, dryRun }, { operation: "delete", old });
  const isGoing = finalizersOfDeletion(old.metadata.finalizers, propagation).length === 0;
  if (isGoing && !dryRun) await removeContent(old, caller);
  try {
    return await store.delete(old.kind, old.metadata.name, options);
  } catch (error) {
    // The controller was faster.
    if (error instanceof NotFoundError && !dryRun) return old;
    throw error;
  }
}

function requirePreconditions(old: Resource<Kind>, preconditions: Preconditions): void {
  const why = whyNotDeleted(old.metadata, preconditions);
  if (why !== undefined) throw conflict(old, why);
}

/** Kubernetes says the kind here, not its plural. */
function conflict({ kind, metadata: { name } }: Resource<Kind>, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${kind}.${GROUP} ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, "Conflict", message, { about: { name, group: GROUP, kind } });
}
