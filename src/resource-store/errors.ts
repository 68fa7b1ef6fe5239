import { KINDS, type Kind } from "../resources/kinds.ts";
import { GROUP } from "../resources/metadata.ts";

/** What one resource's state does not allow; texts are Kubernetes' own, since clients look for them. */
export class ResourceError extends Error {
  readonly kind: Kind;
  /** Its `metadata.name`. */
  readonly resourceName: string;

  constructor(kind: Kind, name: string, message: string) {
    super(message);
    this.kind = kind;
    this.resourceName = name;
  }
}

export class NotFoundError extends ResourceError {
  constructor(kind: Kind, name: string) {
    super(kind, name, `${qualified(kind, name)} not found`);
    this.name = "NotFoundError";
  }
}

export class AlreadyExistsError extends ResourceError {
  constructor(kind: Kind, name: string) {
    super(kind, name, `${qualified(kind, name)} already exists`);
    this.name = "AlreadyExistsError";
  }
}

export class ConflictError extends ResourceError {
  constructor(
    kind: Kind,
    name: string,
    why = "the object has been modified; please apply your changes to the latest version and try again",
  ) {
    super(kind, name, `Operation cannot be fulfilled on ${qualified(kind, name)}: ${why}`);
    this.name = "ConflictError";
  }
}

/** The version asked for was not given yet. */
export class FutureVersionError extends Error {
  constructor(asked: string, current: string) {
    super(`Too large resource version: ${asked}, current: ${current}`);
    this.name = "FutureVersionError";
  }
}

/** The version asked for is older than the history kept: list again. */
export class ExpiredError extends Error {
  constructor(why: string) {
    super(why);
    this.name = "ExpiredError";
  }
}

function qualified(kind: Kind, name: string): string {
  return `${KINDS[kind].plural}.${GROUP} ${JSON.stringify(name)}`;
}
