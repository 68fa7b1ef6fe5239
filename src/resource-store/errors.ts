/** Reasons as Kubernetes names them in a Status. */
export class NotFoundError extends Error {
  constructor(kind: string, name: string) {
    super(`Cannot find ${kind} ${JSON.stringify(name)}`);
    this.name = "NotFoundError";
  }
}

export class AlreadyExistsError extends Error {
  constructor(kind: string, name: string) {
    super(`Cannot create ${kind} ${JSON.stringify(name)}: it already exists`);
    this.name = "AlreadyExistsError";
  }
}

export class ConflictError extends Error {
  constructor(
    kind: string,
    name: string,
    why = "it was changed meanwhile: get it again and apply your change to that",
  ) {
    super(`Cannot change ${kind} ${JSON.stringify(name)}: ${why}`);
    this.name = "ConflictError";
  }
}

/** The version asked for is older than the history kept: list again. */
export class ExpiredError extends Error {
  constructor(why: string) {
    super(why);
    this.name = "ExpiredError";
  }
}
