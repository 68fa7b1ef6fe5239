import type { Database } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import type { PersonalTokens } from "./personal-tokens.ts";
import type { Robots } from "./robots.ts";
import type { Sessions } from "./sessions.ts";
import type { Subject } from "./subject.ts";

/** Whether what somebody logged in by is still good: asked of what lasts, as registry tokens, pushes and watches do. */
export interface Liveness {
  /** False when its account is gone or disabled, its session over, or its token revoked, expired or changed. */
  isLive(subject: Subject): Promise<boolean>;
}

export function createLiveness({
  database,
  personalTokens,
  robots,
  sessions,
}: {
  database: Database;
  personalTokens: Pick<PersonalTokens, "isLive">;
  robots: Pick<Robots, "isLive">;
  sessions: Pick<Sessions, "isLive">;
}): Liveness {
  const query = prepare(database, (queryable, { name }: { name: string }) =>
    queryable.selectFrom("users").select("disabled").where("name", "=", name),
  );
  const account = rememberUntilChanged(query, ({ name }: { name: string }) => name);
  return {
    async isLive(subject) {
      if (subject.kind === "anonymous") return true;
      if (subject.kind === "robot") return robots.isLive(subject);
      if (subject.token) return personalTokens.isLive(subject);
      if (subject.session !== undefined) return sessions.isLive(subject);
      return (await account({ name: subject.name }))?.disabled === 0;
    },
  };
}
