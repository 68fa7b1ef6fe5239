import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** What the provider says of each of its users, by the name that they log in with there. */
export type People = Record<string, Record<string, unknown>>;

export interface TestProvider {
  issuer: string;
  /** Changes while the provider runs. */
  people: People;
  stop(): Promise<void>;
}

export const CLIENT = { id: "imagehub", secret: "a secret of the test's: +/%&=" };
const CLAIMS = ["name", "preferred_username", "email", "email_verified", "groups", "hd", "nickname"];

/**
 * A real provider of OpenID Connect on the loopback, with pages on which its users log in.
 * @param options.path where it is below its host, as Keycloak's realms are
 * @param options.isInToken whether claims are in the ID token; else they are at the userinfo endpoint alone
 */
export async function startOidcProvider({
  people,
  redirectUris,
  path = "",
  authMethod = "client_secret_post",
  isInToken = true,
}: {
  people: People;
  redirectUris: string[];
  path?: string;
  authMethod?: "client_secret_basic" | "client_secret_post" | "none";
  isInToken?: boolean;
}): Promise<TestProvider> {
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    // Where the provider is mounted it looks for in what Express calls so.
    Object.assign(request, { originalUrl: request.url });
    request.url = request.url?.slice(path.length) || "/";
    handle?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        ...(authMethod !== "none" && { client_secret: CLIENT.secret }),
        token_endpoint_auth_method: authMethod,
        redirect_uris: redirectUris,
      },
    ],
    clientAuthMethods: [authMethod],
    claims: { openid: ["sub"], profile: CLAIMS, email: ["email", "email_verified"] },
    conformIdTokenClaims: !isInToken,
    cookies: { keys: ["a key of the test's"] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people[id] }),
    }),
  });
  handle = provider.callback();
  return {
    issuer,
    people,
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
