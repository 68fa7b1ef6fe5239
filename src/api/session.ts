import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { CrossOriginError, UnauthenticatedError } from "../auth/errors.ts";
import { isSameOrigin } from "../auth/same-origin.ts";
import { forgetSessionCookie, formatSessionCookie } from "../auth/session-cookie.ts";
import type { UserSubject } from "../auth/subject.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { Me } from "./contract/me.ts";
import { LogIn } from "./contract/session.ts";
import { cookieOptions, endSessionOf } from "./cookies.ts";
import { describeMe } from "./me.ts";
import { notLoggedIn } from "./problem.ts";
import { requireWhole } from "./whole.ts";

/** Name and password, and nothing more. */
const MAX_BODY_BYTES = 16 * 1024;

/** `/api/v1/session`: logging in and out in a browser, by a cookie; anybody. */
export function registerSession(api: FastifyInstance, context: ApiContext): void {
  const { accounts, sessions } = context;

  api.post<{ Body: LogIn }>(
    "/api/v1/session",
    {
      schema: { summary: "Log in; the answer sets a cookie", body: LogIn, response: { 200: Me } },
      bodyLimit: MAX_BODY_BYTES,
    },
    async (request, reply) => {
      requireSameOrigin(context, request);
      const subject = await logIn(context, request);
      await endSessionOf(context, request);
      const secret = await sessions.start(subject.name, subject.password);
      return reply
        .header("set-cookie", formatSessionCookie(secret, cookieOptions(context, request)))
        .header("cache-control", "no-store")
        .send(await describeMe(context, subject));
    },
  );

  api.delete(
    "/api/v1/session",
    { schema: { summary: "Log out here", response: { 204: Type.Null() } } },
    async (request, reply) => {
      requireSameOrigin(context, request);
      await endSessionOf(context, request);
      return forget(context, request, reply);
    },
  );

  api.delete(
    "/api/v1/sessions",
    { schema: { summary: "Log out everywhere", response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { name } = requireWhole(await userOf(accounts, request), "log out everywhere");
      await sessions.endAll(name);
      return forget(context, request, reply);
    },
  );
}

/** Another site's page must neither log somebody in as another, nor out. @throws CrossOriginError */
function requireSameOrigin({ baseUrl }: ApiContext, { headers, raw }: FastifyRequest): void {
  if (!isSameOrigin(headers, baseUrl(raw))) throw new CrossOriginError();
}

/** By password alone: a session has no limits, as a token may. @throws ProblemError 401 */
async function logIn(
  { accounts }: ApiContext,
  { body: { name, password } }: FastifyRequest<{ Body: LogIn }>,
): Promise<UserSubject> {
  try {
    return await accounts.logInByPassword(name, password);
  } catch (error) {
    if (error instanceof UnauthenticatedError) throw notLoggedIn(error);
    throw error;
  }
}

function forget(context: ApiContext, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .status(204)
    .header("set-cookie", forgetSessionCookie(cookieOptions(context, request)))
    .send();
}
