/** `denied`: whoever asked may not, or nobody knew who it was. */
export type AuditOutcome = "success" | "denied" | "failed";

/** What somebody did, or tried to do. No field ever holds a secret. */
export interface AuditEntry {
  /** A user's name, `anonymous`, or "" for who is not known. */
  actor: string;
  /** The id of the personal token that it was done with. */
  token?: string | undefined;
  /** The client's address; behind proxies that the operator trusts, the one that they tell. */
  address: string;
  /** Noun and verb, such as `manifest.push`, `repository.update`, `login`. */
  action: string;
  /** Such as `org/repo:tag`, `org/repo@sha256:…`, `org`, or the id of what has no name. */
  resource: string;
  /** Whose matter it is; "" for what is no organization's. */
  organization: string;
  /** What a tag names from now on, or what was deleted. */
  digest?: string | undefined;
  /** What the tag named before. */
  previousDigest?: string | undefined;
  outcome: AuditOutcome;
  /** Of the answer, as HTTP has it. */
  status: number;
  /** How often, when the same was done again and again. */
  count: number;
}

/** An entry as it is stored. */
export interface AuditRecord extends AuditEntry {
  id: number;
  at: Date;
}

/** Which entries are wanted; what is left out may be anything. */
export interface AuditFilter {
  actor?: string | undefined;
  /** All of it, or what is before its dot: `manifest` means `manifest.push` and `manifest.delete`. */
  action?: string | undefined;
  /** All of it, or a repository with all its tags. */
  resource?: string | undefined;
  outcome?: AuditOutcome | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  /** Of any of these; undefined: of all, and of none. */
  organizations?: readonly string[] | undefined;
}

/** The outcome that a status tells. */
export function outcomeOf(status: number): AuditOutcome {
  if (status < 400) return "success";
  return status === 401 || status === 403 || status === 429 ? "denied" : "failed";
}
