import { KINDS, type Kind } from "../resources/kinds.ts";
import { GROUP } from "../resources/metadata.ts";
import { StatusError } from "./status.ts";

/** What no kind can: 405, as Kubernetes answers it. */
export function unsupported(verb: string): (request: { kind: Kind }) => Promise<never> {
  return ({ kind }) => Promise.reject(notAllowed(verb, { group: GROUP, plural: KINDS[kind].plural }));
}

/** A change of one, at the address of all. */
export function nameMissing(): Promise<never> {
  return Promise.reject(new StatusError(400, "BadRequest", "name must be provided"));
}

/** A verb that a resource does not have; an empty group is the core group. */
export function notAllowed(verb: string, { group, plural }: { group: string; plural: string }): StatusError {
  const qualified = group === "" ? plural : `${plural}.${group}`;
  const message = `${verb} is not supported on resources of kind ${JSON.stringify(qualified)}`;
  const about = { ...(group !== "" && { group }), kind: plural };
  return new StatusError(405, "MethodNotAllowed", message, { about });
}
