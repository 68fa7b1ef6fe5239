/** A `continue` value that no page of this search gave, or of an index that has been rebuilt since. */
export class InvalidContinueError extends Error {
  readonly code = "INVALID_CONTINUE";

  constructor(token: string, expected: string, options?: ErrorOptions) {
    super(`Cannot parse continue ${JSON.stringify(token.slice(0, 100))}: expected ${expected}`, options);
    this.name = "InvalidContinueError";
  }
}
