import type { Audit } from "../../audit/audit.ts";
import type { Accounts } from "../../auth/accounts.ts";
import { TooManyLoginsError, UnauthenticatedError } from "../../auth/errors.ts";
import type { Subject } from "../../auth/subject.ts";
import { tokenKindOf } from "../../auth/token-text.ts";
import { currentVisit, noteCaller } from "../../auth/visit.ts";
import { actorOf } from "./actor.ts";

/** The same accounts, whose log-ins are in the audit, and tell the visit who came. */
export function withAudit(accounts: Accounts, audit: Audit): Accounts {
  return {
    ...accounts,
    logIn: (name, password) =>
      audited({ means: tokenKindOf(password) === undefined ? "password" : "token", name }, () =>
        accounts.logIn(name, password),
      ),
    logInByPassword: (name, password) =>
      audited({ means: "password", name }, () => accounts.logInByPassword(name, password)),
    logInByToken: (token) => audited({ means: "token" }, () => accounts.logInByToken(token)),
  };

  async function audited<AnySubject extends Subject>(
    { means, name = "" }: { means: "password" | "token"; name?: string },
    logIn: () => Promise<AnySubject>,
  ): Promise<AnySubject> {
    const about = {
      address: currentVisit()?.address ?? "",
      action: "login",
      resource: means,
      organization: "",
      count: 1,
    };
    try {
      const subject = noteCaller(await logIn());
      audit.loggedIn({ ...about, ...actorOf(subject), outcome: "success", status: 200 });
      return subject;
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined) {
        // A name that no account has may be a password, typed into the wrong field.
        const actor = name !== "" && (await accounts.exists(name)) ? name : "";
        audit.refused({ ...about, actor, outcome: "denied", status });
      }
      throw error;
    }
  }
}

/** Of a log-in that was refused; undefined for what is no refusal. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof TooManyLoginsError) return 429;
  return error instanceof UnauthenticatedError ? 401 : undefined;
}
