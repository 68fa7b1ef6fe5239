/** The caller is not who it says, or did not say. */
export class UnauthenticatedError extends Error {
  constructor(message = "Cannot log in: user name or password is wrong") {
    super(message);
    this.name = "UnauthenticatedError";
  }
}

/** A name or a value that the caller gave is not acceptable. */
export class InvalidAccountError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = "InvalidAccountError";
    this.field = field;
  }
}
