import { noteTarget } from "../../auth/visit.ts";
import { parseDeleteOptions, type DeleteOptions } from "../delete-options.ts";
import { whyNotDeleted } from "../preconditions.ts";
import { StatusError, successStatus } from "../status.ts";
import { noSuchSecret, secretConflict } from "./errors.ts";
import { requireAllowed } from "./permission.ts";
import { namedSecrets } from "./read.ts";
import type { SecretsWrite } from "./request.ts";

/** `DELETE` of one. @throws StatusError */
export async function deleteSecret(write: SecretsWrite, name: string): Promise<Record<string, unknown>> {
  const { owner, caller } = write;
  if (owner === undefined) throw noSuchSecret(name);
  requireAllowed(caller, { verb: "delete", scope: "delete", name });
  const uid = await deleteOne(write, { owner, name, options: parseDeleteOptions(write) });
  return successStatus({ name, kind: "secrets", ...(uid !== undefined && { uid }) });
}

/** `DELETE` of all of the caller's own that the selectors name. @throws StatusError */
export async function deleteSecrets(write: SecretsWrite): Promise<Record<string, unknown>> {
  const { owner, caller } = write;
  const options = parseDeleteOptions(write);
  // Of what one does not see, there is nothing to delete.
  if (owner === undefined) return successStatus({ kind: "secrets" });
  requireAllowed(caller, { verb: "deletecollection", scope: "delete", name: "" });
  for await (const { metadata } of namedSecrets(write).after("")) {
    await deleteOne(write, { owner, name: metadata.name, options }).catch(ignoreMissing);
  }
  return successStatus({ kind: "secrets" });
}

/** @returns its uid */
async function deleteOne(
  { releases }: SecretsWrite,
  { owner, name, options }: { owner: string; name: string; options: DeleteOptions },
): Promise<string | undefined> {
  noteTarget("", name);
  const { metadata } = await releases.change(
    { owner, name },
    (before) => {
      if (!before) throw noSuchSecret(name);
      const why = whyNotDeleted(before.metadata, options);
      if (why !== undefined) throw secretConflict(name, why);
      return undefined;
    },
    { dryRun: options.dryRun },
  );
  return metadata.uid;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof StatusError) || error.reason !== "NotFound") throw error;
}
