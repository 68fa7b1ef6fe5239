/** The caller is not who it says, or did not say. */
export class UnauthenticatedError extends Error {
  constructor(message = "Cannot log in: user name or password is wrong") {
    super(message);
    this.name = "UnauthenticatedError";
  }
}

/** Too many attempts are under way; try again after a while. */
export class TooManyAttemptsError extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`Cannot log in: too many attempts, try again in ${Math.ceil(retryAfterMs / 1000)} s`);
    this.name = "TooManyAttemptsError";
    this.retryAfterMs = retryAfterMs;
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
