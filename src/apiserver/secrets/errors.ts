import { StatusError } from "../status.ts";

/** What one Secret's state does not allow, in the words of Kubernetes. */
export function noSuchSecret(name: string): StatusError {
  return new StatusError(404, "NotFound", `secrets ${JSON.stringify(name)} not found`, about(name));
}

export function secretExists(name: string): StatusError {
  return new StatusError(409, "AlreadyExists", `secrets ${JSON.stringify(name)} already exists`, about(name));
}

export function secretConflict(name: string, why = MODIFIED): StatusError {
  const message = `Operation cannot be fulfilled on secrets ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, "Conflict", message, about(name));
}

const MODIFIED =
  "the object has been modified; please apply your changes to the latest version and try again";

function about(name: string) {
  return { about: { name, kind: "secrets" } };
}
