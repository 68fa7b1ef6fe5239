/** A command cannot do what it was told: what was wrong, and what to do next. */
export class CommandError extends Error {
  /** The HTTP status, when the hub answered so. */
  readonly status: number | undefined;

  constructor(message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.name = "CommandError";
    this.status = options.status;
  }
}
