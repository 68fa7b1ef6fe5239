import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { TooManyRequestsError, UnauthenticatedError } from "./errors.ts";
import type { TokenIssuer, TokenLogin } from "./token-issuer.ts";

/** Of a GET, as Docker's token authentication has it; `account` and `client_id` say nothing here. */
interface TokenQuery {
  scope?: string | string[];
  offline_token?: string | string[];
}

/** Of a POST, as its OAuth 2 form has it. */
interface TokenForm {
  scope?: string[];
  grant_type?: string;
  access_type?: string;
  username?: string;
  password?: string;
  refresh_token?: string;
}

/** Largest form of a token request, bytes. */
const MAX_FORM_BYTES = 64 * 1024;

/** `GET /token` (Docker's token authentication) and `POST /token` (its OAuth 2 form). */
export function registerTokenRoute(app: FastifyInstance, issuer: TokenIssuer): void {
  void app.register(async (route) => {
    route.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, parseForm(String(body))),
    );
    route.setErrorHandler(sendTokenError);
    route.get<{ Querystring: TokenQuery }>("/token", async ({ headers, query }, reply) =>
      reply.header("cache-control", "no-store").send(
        await issuer.issue({
          login: { by: "authorization", header: headers.authorization },
          scopes: [query.scope ?? []].flat(),
          offline: [query.offline_token].flat().includes("true"),
        }),
      ),
    );
    route.post<{ Body: TokenForm | undefined }>("/token", async ({ body = {} }, reply) => {
      const login = loginOf(body);
      if (!login) return reply.status(400).send(UNSUPPORTED_GRANT);
      const offline = body.access_type === "offline";
      const token = await issuer.issue({ login, scopes: body.scope ?? [], offline });
      return reply.header("cache-control", "no-store").send(token);
    });
  });
}

const UNSUPPORTED_GRANT = {
  error: "unsupported_grant_type",
  error_description: "Cannot take grant_type: expected password or refresh_token",
};

function loginOf({ grant_type: grantType, ...form }: TokenForm): TokenLogin | undefined {
  switch (grantType) {
    case "password":
      return { by: "password", name: form.username ?? "", password: form.password ?? "" };
    case "refresh_token":
      return { by: "refresh token", refreshToken: form.refresh_token ?? "" };
    default:
      return undefined;
  }
}

function parseForm(text: string): TokenForm {
  const form = new URLSearchParams(text);
  return { ...Object.fromEntries(form), scope: form.getAll("scope") };
}

/** Errors in a form that docker prints, and RFC 6749's fields beside it. */
function sendTokenError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, message } = describeError(error, request.id);
  if (status >= 500) request.log.error({ err: error, requestId: request.id }, "token request failed");
  if (error instanceof TooManyRequestsError) void reply.header("retry-after", error.retryAfterS);
  void reply.status(status).send({
    errors: [{ code, message }],
    error: status === 401 ? "invalid_grant" : "invalid_request",
    error_description: message,
    details: message,
  });
}

function describeError(error: unknown, requestId: string): { status: number; code: string; message: string } {
  const { statusCode } = error as { statusCode?: number };
  const message = (error as Error).message;
  if (error instanceof UnauthenticatedError) return { status: 401, code: "UNAUTHORIZED", message };
  if (error instanceof TooManyRequestsError) return { status: 429, code: "TOOMANYREQUESTS", message };
  if (statusCode !== undefined && statusCode < 500)
    return { status: statusCode, code: "UNSUPPORTED", message };
  return {
    status: 500,
    code: "UNKNOWN",
    message: `The hub failed; its log has more under request ${requestId}`,
  };
}
