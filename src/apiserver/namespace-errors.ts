import { NAMESPACE } from "../resources/metadata.ts";
import { StatusError } from "./status.ts";

/** Everything is in the one. */
export function noSuchNamespace(name: string): StatusError {
  const message = `namespaces ${JSON.stringify(name)} not found`;
  return new StatusError(404, "NotFound", message, { about: { name, kind: "namespaces" } });
}

/** There is one, and no other is made. */
export function whyNotMade(name: string): StatusError {
  const about = { about: { ...(name !== "" && { name }), kind: "namespaces" } };
  const quoted = JSON.stringify(name);
  if (name === NAMESPACE) {
    return new StatusError(409, "AlreadyExists", `namespaces ${quoted} already exists`, about);
  }
  const why = `the hub has one namespace, ${NAMESPACE}: put everything there`;
  return new StatusError(403, "Forbidden", `namespaces ${quoted} is forbidden: ${why}`, about);
}
