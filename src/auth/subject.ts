/** Who asks. */
export type Subject = { kind: "anonymous" } | { kind: "user"; name: string; administrator: boolean };

export const ANONYMOUS: Subject = { kind: "anonymous" };

/** The name that logs, audit and `pushedBy` show. */
export function subjectName(subject: Subject): string {
  return subject.kind === "user" ? subject.name : "anonymous";
}
