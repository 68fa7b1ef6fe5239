import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Attempt } from "../auth/oidc/attempt.ts";
import { forgetAttemptCookie, formatAttemptCookie, parseAttemptCookie } from "../auth/oidc/attempt-cookie.ts";
import { OidcError } from "../auth/oidc/errors.ts";
import { toLocalPath } from "../auth/oidc/local-path.ts";
import type { OidcLogin } from "../auth/oidc/oidc-login.ts";
import { formatSessionCookie } from "../auth/session-cookie.ts";
import type { ApiContext } from "./context.ts";
import { cookieOptions, endSessionOf } from "./cookies.ts";
import { ProblemError } from "./problem.ts";

const CALLBACK = "/api/v1/oidc/callback";
/** Answers of routes that browsers are sent to, and no program reads. */
const REDIRECT = { 303: Type.Null() };

/** `/api/v1/oidc`: the way to the provider and back; anybody's. Whatever goes wrong, the browser ends on a page. */
export function registerOidc(api: FastifyInstance, context: ApiContext): void {
  api.get(
    "/api/v1/oidc/login",
    { schema: { summary: "Log in by the provider; `next` is a path of the hub", response: REDIRECT } },
    async (request, reply) => {
      const oidc = requireOidc(context);
      const next = toLocalPath(queryOf(request).get("next"));
      try {
        const url = await beginOidc(context, { oidc, request, reply, next });
        return sendTo(reply, url);
      } catch (error) {
        return sendToProblem(error, { request, reply, next });
      }
    },
  );

  api.get(
    CALLBACK,
    { schema: { summary: "Where the provider sends the browser back to", response: REDIRECT } },
    async (request, reply) => {
      const oidc = requireOidc(context);
      const attempt = await openAttempt(context, oidc, request);
      void reply.header("set-cookie", forgetAttemptCookie(cookieOptions(context, request)));
      try {
        if (!attempt) throw new OidcError("ended", "this browser has begun none, or too long ago");
        await complete(context, { oidc, attempt, request, reply });
        return sendTo(reply, attempt.next);
      } catch (error) {
        return sendToProblem(error, {
          request,
          reply,
          next: attempt?.next ?? "/",
          isLink: attempt?.link !== undefined,
        });
      }
    },
  );
}

/** @throws ProblemError 404 where there is no provider */
export function requireOidc({ oidc }: ApiContext): OidcLogin {
  if (oidc) return oidc;
  throw new ProblemError(404, "Not found", {
    detail:
      "Cannot log in by OpenID Connect: this hub has no provider; its operator names one by --oidc-issuer",
  });
}

/** Gives a browser an attempt to keep. @returns where it goes @throws OidcError */
export async function beginOidc(
  context: ApiContext,
  { oidc, request, reply, ...options }: Exchange & { oidc: OidcLogin } & Pick<Attempt, "next" | "link">,
): Promise<string> {
  const redirectUri = context.baseUrl(request.raw) + CALLBACK;
  const { url, sealed } = await oidc.begin({ redirectUri, ...options });
  void reply.header("set-cookie", formatAttemptCookie(sealed, cookieOptions(context, request)));
  return url;
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

async function openAttempt(
  context: ApiContext,
  oidc: OidcLogin,
  request: FastifyRequest,
): Promise<Attempt | undefined> {
  const sealed = parseAttemptCookie(request.headers.cookie, cookieOptions(context, request));
  return sealed === undefined ? undefined : oidc.open(sealed);
}

async function complete(
  context: ApiContext,
  { oidc, attempt, request, reply }: Exchange & { oidc: OidcLogin; attempt: Attempt },
): Promise<void> {
  const { subject, by } = await oidc.complete(attempt, queryOf(request));
  // Who linked is logged in.
  if (by === "link") return;
  await endSessionOf(context, request);
  const secret = await context.sessions.start(subject.name);
  void reply.header("set-cookie", formatSessionCookie(secret, cookieOptions(context, request)));
}

/** To the page that says what went wrong and what to do: where somebody was logged in, its own. */
function sendToProblem(
  error: unknown,
  { request, reply, next, isLink = false }: Exchange & { next: string; isLink?: boolean },
): FastifyReply {
  const problem =
    error instanceof OidcError ? error : new OidcError("failed", "the hub failed", { cause: error });
  logProblem(problem, request);
  const search = new URLSearchParams({ problem: problem.problem });
  if (problem.userName) search.set("user", problem.userName);
  if (isLink) return sendTo(reply, `/account?view=settings&${search}`);
  if (next !== "/") search.set("next", next);
  return sendTo(reply, `/login?${search}`);
}

/** What its user alone is concerned by is in the audit; an operator looks after the rest. */
function logProblem({ problem, message, cause }: OidcError, { log, id: requestId }: FastifyRequest): void {
  const about = { problem, requestId, ...(cause !== undefined && { err: cause }) };
  if (problem === "failed") log.error(about, message);
  else if (OPERATORS.has(problem)) log.warn(about, message);
  else log.info(about, message);
}

const OPERATORS = new Set(["unreachable", "configuration", "untrusted", "clock"]);

function sendTo(reply: FastifyReply, location: string): FastifyReply {
  return reply.status(303).header("cache-control", "no-store").header("location", location).send();
}

/** As it was sent: the provider may add to it what it will. */
function queryOf({ raw }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(raw.url?.split("?").slice(1).join("?"));
}
