import type { IncomingMessage } from "node:http";
import type { Accounts } from "./accounts.ts";
import { authenticate } from "./credentials.ts";
import { CrossOriginError } from "./errors.ts";
import { isSameOrigin, isWrite } from "./same-origin.ts";
import { parseSessionCookie } from "./session-cookie.ts";
import type { Sessions } from "./sessions.ts";
import { ANONYMOUS, type Subject } from "./subject.ts";
import { noteCaller } from "./visit.ts";

/** Accounts that also know who sends a request of a browser. */
export interface SessionAccounts extends Accounts {
  /**
   * Who sends a request: by Authorization, else by the session of its cookie. A session that is over is nobody's, and
   * so is a cookie that comes with a page of another site.
   * @throws UnauthenticatedError; TooManyRequestsError; CrossOriginError when another site's page sends a change with a cookie
   */
  identify(request: IncomingMessage): Promise<Subject>;
}

export interface SessionAccountsOptions {
  sessions: Pick<Sessions, "find">;
  /** The hub's origin, as the client of a request sees it. */
  baseUrl: (request: IncomingMessage) => string;
}

/** The same accounts, that also take sessions: for `/api` and `/apis`, which browsers use. */
export function withSessions(
  accounts: Accounts,
  { sessions, baseUrl }: SessionAccountsOptions,
): SessionAccounts {
  return {
    ...accounts,
    async identify(request) {
      const { headers, method } = request;
      if (headers.authorization) return authenticate(accounts, headers.authorization);
      const secret = parseSessionCookie(headers.cookie);
      if (secret === undefined) return ANONYMOUS;
      if (isSameOrigin(headers, baseUrl(request))) {
        return noteCaller((await sessions.find(secret)) ?? ANONYMOUS);
      }
      if (isWrite(method)) throw new CrossOriginError();
      return ANONYMOUS;
    },
  };
}
