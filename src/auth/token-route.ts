import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "./access.ts";
import type { Accounts } from "./accounts.ts";
import { authenticate } from "./credentials.ts";
import { UnauthenticatedError } from "./errors.ts";
import { PasswordQueueFullError } from "./password.ts";
import { TOKEN_TTL_S, type RegistryTokens } from "./registry-token.ts";
import { parseScopes, type AccessEntry, type Scope } from "./scope.ts";
import type { Subject } from "./subject.ts";

/** Answer of the token endpoint: Docker's token specification and OAuth 2 (RFC 6749) at once. */
export interface TokenResponse {
  token: string;
  access_token: string;
  expires_in: number;
  issued_at: string;
  token_type: "Bearer";
  /** The scopes granted, as RFC 6749 §5.1 wants it. */
  scope: string;
}

export interface TokenRequest {
  /** Authorization header of a GET. */
  authorization?: string | undefined;
  /** Name and password of an OAuth 2 password grant. */
  password?: { name: string; password: string } | undefined;
  scopes: readonly string[];
}

export interface TokenIssuer {
  /** @throws UnauthenticatedError for a wrong password; a scope that is not allowed is left out */
  issue(request: TokenRequest): Promise<TokenResponse>;
}

export function createTokenIssuer(parts: {
  accounts: Accounts;
  access: Access;
  tokens: RegistryTokens;
  now?: () => number;
}): TokenIssuer {
  const { accounts, access, tokens, now = Date.now } = parts;
  return {
    async issue({ authorization, password, scopes }) {
      const subject = password
        ? await accounts.logIn(password.name, password.password)
        : await authenticate(accounts, authorization);
      const entries: AccessEntry[] = [];
      for (const scope of parseScopes(scopes)) {
        const entry = await grant(access, subject, scope);
        if (entry) entries.push(entry);
      }
      const token = await tokens.issue(subject, entries);
      return {
        token,
        access_token: token,
        expires_in: TOKEN_TTL_S,
        issued_at: new Date(now()).toISOString(),
        token_type: "Bearer",
        scope: entries.map(({ type, name, actions }) => `${type}:${name}:${actions.join(",")}`).join(" "),
      };
    },
  };
}

async function grant(access: Access, subject: Subject, scope: Scope): Promise<AccessEntry | undefined> {
  if (scope.type === "registry") return { type: "registry", name: scope.name, actions: ["*"] };
  const { actions } = await access.actions(subject, scope.name);
  const granted = [...scope.actions].filter((action) => actions.has(action));
  return granted.length === 0 ? undefined : { type: "repository", name: scope.name, actions: granted };
}

interface TokenQuery {
  scope?: string | string[];
}

interface TokenForm extends TokenQuery {
  grant_type?: string;
  username?: string;
  password?: string;
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
    route.get<{ Querystring: TokenQuery }>("/token", async ({ headers, query }) =>
      issuer.issue({ authorization: headers.authorization, scopes: scopesOf(query) }),
    );
    route.post<{ Body: TokenForm }>("/token", async ({ body }, reply) => {
      const { grant_type: grantType, username = "", password = "" } = body ?? {};
      if (grantType !== "password") {
        return reply
          .status(400)
          .send({ error: "unsupported_grant_type", error_description: "expected grant_type=password" });
      }
      return issuer.issue({ password: { name: username, password }, scopes: scopesOf(body) });
    });
  });
}

function scopesOf({ scope }: TokenQuery): string[] {
  return scope === undefined ? [] : [scope].flat();
}

function parseForm(text: string): TokenForm {
  const form = new URLSearchParams(text);
  return { ...Object.fromEntries(form), scope: form.getAll("scope") };
}

/** Errors in a form that docker prints, and RFC 6749's fields beside it. */
function sendTokenError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, message } = describeError(error, request.id);
  if (status >= 500) request.log.error({ err: error, requestId: request.id }, "token request failed");
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
  if (error instanceof PasswordQueueFullError) return { status: 429, code: "TOOMANYREQUESTS", message };
  if (statusCode !== undefined && statusCode < 500)
    return { status: statusCode, code: "UNSUPPORTED", message };
  return {
    status: 500,
    code: "UNKNOWN",
    message: `The hub failed; its log has more under request ${requestId}`,
  };
}
