import { AlreadyExistsError, ConflictError, NotFoundError } from "../resource-store/errors.ts";

/** What no retry can mend: a reconciler throws it, and is asked again only when its key changes. */
export class TerminalError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "TerminalError";
  }
}

/** True when somebody else wrote between a reconciler's read and its write: it has but to look again. */
export function isStaleRead(error: unknown): boolean {
  return (
    error instanceof ConflictError || error instanceof AlreadyExistsError || error instanceof NotFoundError
  );
}
