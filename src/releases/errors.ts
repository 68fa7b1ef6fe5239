/** What one Secret's state does not allow; texts are Kubernetes' own, since clients look for them. */
export class ReleaseError extends Error {
  /** Its `metadata.name`. */
  readonly secretName: string;

  constructor(name: string, message: string) {
    super(message);
    this.secretName = name;
  }
}

/** Its owner has as much as anybody may have. */
export class ReleaseLimitError extends ReleaseError {
  constructor(name: string, why: string) {
    super(name, `secrets ${JSON.stringify(name)} is forbidden: ${why}`);
    this.name = "ReleaseLimitError";
  }
}

/** Its owner's account was deleted meanwhile. */
export class NoReleaseOwnerError extends ReleaseError {
  constructor(name: string, options?: ErrorOptions) {
    super(name, `Cannot keep secrets ${JSON.stringify(name)}: the account is no more`);
    this.cause = options?.cause;
    this.name = "NoReleaseOwnerError";
  }
}
