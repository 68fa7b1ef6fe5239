import type { AuditEntry } from "../../audit/entry.ts";
import { ANONYMOUS, subjectName, type Subject } from "../../auth/subject.ts";

/** Who did it, as entries say it. */
export function actorOf(subject: Subject = ANONYMOUS): Pick<AuditEntry, "actor" | "token"> {
  return {
    actor: subjectName(subject),
    ...(subject.kind !== "anonymous" && subject.token && { token: subject.token.id }),
  };
}
