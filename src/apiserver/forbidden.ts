import { forbiddenMessage } from "../admission/errors.ts";
import type { Subject } from "../auth/subject.ts";
import { StatusError } from "./status.ts";

/** What somebody may not do to a resource of Kubernetes' core group; an empty name is none in particular. */
interface ForbiddenInCore {
  caller: Subject;
  /** What Kubernetes calls what is asked. */
  verb: string;
  plural: string;
  name: string;
}

/** The refusal of it, in the words of Kubernetes. */
export function forbiddenInCore({ name, plural, ...asked }: ForbiddenInCore, why: string): StatusError {
  const message = forbiddenMessage({ ...asked, group: "", plural, name }, why);
  return new StatusError(403, "Forbidden", message, {
    about: { ...(name !== "" && { name }), kind: plural },
  });
}
