import type { Access } from "./access.ts";
import type { Accounts } from "./accounts.ts";
import { authenticate } from "./credentials.ts";
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
