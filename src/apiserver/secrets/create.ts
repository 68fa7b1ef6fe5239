import { noteTarget } from "../../auth/visit.ts";
import type { ReleaseSecret } from "../../releases/secret.ts";
import { decodeObject } from "../decode-object.ts";
import { requireNew, withGeneratedName } from "../new-object.ts";
import { warn } from "../warning.ts";
import { readSecret } from "./body.ts";
import { toDraft, toKept } from "./draft.ts";
import { secretExists } from "./errors.ts";
import { requireAllowed } from "./permission.ts";
import type { SecretsWrite } from "./request.ts";
import { requireValid } from "./rules.ts";
import { SECRET_TYPE } from "./secret-type.ts";

/** `POST`: makes a Secret of the caller's own. @throws StatusError, ReleaseLimitError */
export async function createSecret(write: SecretsWrite): Promise<ReleaseSecret> {
  const { caller, request, reply, releases, dryRun, fieldValidation } = write;
  requireAllowed(caller, { verb: "create", scope: "write", name: "" });
  const { object, warnings } = decodeObject(SECRET_TYPE, readSecret(request), { fieldValidation });
  for (const warning of warnings) warn(reply, warning);
  requireNew(object);
  const draft = withGeneratedName(toDraft(object));
  requireValid(draft, undefined);
  const { name } = draft.metadata;
  noteTarget("", name);
  const made = await releases.change(
    { owner: caller.name, name },
    (before) => {
      if (before) throw secretExists(name);
      return toKept(draft);
    },
    { dryRun },
  );
  reply.status(201);
  return made;
}
