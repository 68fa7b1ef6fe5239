/** A command cannot do what it was told: what was wrong, and what to do next. */
export class CommandError extends Error {
  /** The HTTP status, when the hub answered so. */
  readonly status: number | undefined;
  /** What of the request the hub refused, when it said so. */
  readonly field: string | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { status?: number | undefined; field?: string | undefined } = {},
  ) {
    super(message, options);
    this.name = "CommandError";
    this.status = options.status;
    this.field = options.field;
  }
}
