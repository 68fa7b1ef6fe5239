/** The caller is not who it says, or did not say. */
export class UnauthenticatedError extends Error {
  constructor(message = "Cannot log in: user name or password is wrong") {
    super(message);
    this.name = "UnauthenticatedError";
  }
}

/** The caller asks too often, or the hub has too much to do for it. */
export class TooManyRequestsError extends Error {
  /** After how many seconds it may go better. */
  readonly retryAfterS: number;

  constructor(message: string, retryAfterS: number) {
    super(message);
    this.name = "TooManyRequestsError";
    this.retryAfterS = retryAfterS;
  }
}

/** Many passwords were wrong, of this name or from this address: the next is not even looked at. */
export class TooManyLoginsError extends TooManyRequestsError {
  constructor(retryAfterS: number) {
    super(
      `Cannot log in: too many wrong passwords; try again in ${retryAfterS} s, or use a token`,
      retryAfterS,
    );
    this.name = "TooManyLoginsError";
  }
}

/** A page of another site sends a change with the cookie of whoever looks at it. */
export class CrossOriginError extends Error {
  constructor() {
    super("Cannot take a change from a page of another site: use a token in Authorization there");
    this.name = "CrossOriginError";
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

/** Somebody who is logged in does not know the password. */
export class WrongPasswordError extends InvalidAccountError {
  constructor(field: string, message: string) {
    super(field, message);
    this.name = "WrongPasswordError";
  }
}

/** The owner has as many tokens as anybody may have. */
export class TooManyTokensError extends Error {
  /** @param why as in "you have 500" */
  constructor(why: string) {
    super(`Cannot make another token: ${why}; delete those that are no longer used`);
    this.name = "TooManyTokensError";
  }
}
