import type { ReleaseSecret } from "../../releases/secret.ts";
import { decodeObject, requireName, type DecodedObject } from "../decode-object.ts";
import { patchedObject } from "../patched.ts";
import { isStale, uidDiffers } from "../preconditions.ts";
import { warn } from "../warning.ts";
import { readSecret, readSecretPatch } from "./body.ts";
import { toDraft, toKept } from "./draft.ts";
import { noSuchSecret, secretConflict } from "./errors.ts";
import { requireAllowed } from "./permission.ts";
import type { SecretsWrite } from "./request.ts";
import { requireValid } from "./rules.ts";
import { SECRET_TYPE } from "./secret-type.ts";

/** `PUT`: replaces a Secret, whatever its version if none is given, as Helm does. @throws StatusError, ReleaseLimitError */
export async function updateSecret(write: SecretsWrite, name: string): Promise<ReleaseSecret> {
  const { request, fieldValidation } = write;
  return change(write, { verb: "update", name }, () => {
    const decoded = decodeObject(SECRET_TYPE, readSecret(request), { fieldValidation });
    requireName(name, decoded.object);
    return () => decoded;
  });
}

/** `PATCH`: changes what the patch names. @throws StatusError, ReleaseLimitError */
export async function patchSecret(write: SecretsWrite, name: string): Promise<ReleaseSecret> {
  const { request, fieldValidation } = write;
  return change(write, { verb: "patch", name }, () => {
    const patch = readSecretPatch(request);
    return (before) => patchedObject(SECRET_TYPE, before, { patch, fieldValidation });
  });
}

/** @param read reads the request, and gives what it makes of a Secret */
async function change(
  { caller, owner, releases, dryRun, reply }: SecretsWrite,
  { verb, name }: { verb: string; name: string },
  read: () => (before: ReleaseSecret) => DecodedObject,
): Promise<ReleaseSecret> {
  if (owner === undefined) throw noSuchSecret(name);
  requireAllowed(caller, { verb, scope: "write", name });
  const decide = read();
  let warnings: string[] = [];
  const changed = await releases.change(
    { owner, name },
    (before) => {
      if (!before) throw noSuchSecret(name);
      const decoded = decide(before);
      ({ warnings } = decoded);
      return replaced(before, decoded.object);
    },
    { dryRun },
  );
  for (const warning of warnings) warn(reply, warning);
  return changed;
}

/** What a Secret becomes, when it may. */
function replaced(before: ReleaseSecret, object: DecodedObject["object"]): ReleaseSecret {
  const { name } = before.metadata;
  const differs = uidDiffers(before.metadata, object.metadata);
  if (differs !== undefined) throw secretConflict(name, differs);
  if (isStale(before.metadata, object.metadata)) throw secretConflict(name);
  const draft = toDraft(object);
  requireValid(draft, before);
  return toKept(draft);
}
