import type { Access } from "./access.ts";
import type { Accounts } from "./accounts.ts";
import { authenticate } from "./credentials.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";
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
  /** For a client that asked for one, or that came by one. */
  refresh_token?: string;
}

/** Who asks for a token. */
export type TokenLogin =
  | { by: "authorization"; header: string | undefined }
  | { by: "password"; name: string; password: string }
  | { by: "refresh token"; refreshToken: string };

export interface TokenRequest {
  login: TokenLogin;
  scopes: readonly string[];
  /** Whether a refresh token is wanted. */
  offline: boolean;
}

export interface TokenIssuer {
  /** @throws UnauthenticatedError for a wrong password; a scope that is not allowed is left out */
  issue(request: TokenRequest): Promise<TokenResponse>;
}

export function createTokenIssuer(parts: {
  accounts: Accounts;
  access: Access;
  tokens: RegistryTokens;
  refreshTokens: RefreshTokens;
  now?: () => number;
}): TokenIssuer {
  const { accounts, access, tokens, refreshTokens, now = Date.now } = parts;

  function logIn(login: TokenLogin): Promise<Subject> {
    switch (login.by) {
      case "authorization":
        return authenticate(accounts, login.header);
      case "password":
        return accounts.logIn(login.name, login.password);
      case "refresh token":
        return refreshTokens.logIn(login.refreshToken);
    }
  }

  /** A client that came by a refresh token goes on with it. */
  async function refreshTokenFor({ login, offline }: TokenRequest, subject: Subject) {
    if (login.by === "refresh token") return login.refreshToken;
    return offline ? refreshTokens.create(subject) : undefined;
  }

  return {
    async issue(request) {
      const subject = await logIn(request.login);
      const entries: AccessEntry[] = [];
      for (const scope of parseScopes(request.scopes)) {
        const entry = await grant(access, subject, scope);
        if (entry) entries.push(entry);
      }
      const refreshToken = await refreshTokenFor(request, subject);
      const token = await tokens.issue(subject, entries);
      return {
        token,
        access_token: token,
        expires_in: TOKEN_TTL_S,
        issued_at: new Date(now()).toISOString(),
        token_type: "Bearer",
        scope: entries.map(({ type, name, actions }) => `${type}:${name}:${actions.join(",")}`).join(" "),
        ...(refreshToken !== undefined && { refresh_token: refreshToken }),
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
