import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ClientAuth,
  type Configuration,
} from "openid-client";
import type { Attempt } from "./attempt.ts";
import { isIncomplete, toIdentity, type Claims, type Identity } from "./claims.ts";
import type { OidcConfig } from "./config.ts";
import { OidcError } from "./errors.ts";
import { toOidcError } from "./provider-errors.ts";

/** A browser waits meanwhile. */
const REQUEST_TIMEOUT_S = 10;
/** Clocks of the hub and the provider may differ by so much. */
const CLOCK_TOLERANCE_S = 60;
/** What a provider says of itself changes seldom; its keys are asked for again as soon as a token names another. */
const DISCOVERY_TTL_MS = 60 * 60 * 1000;

/** One provider of OpenID Connect, asked by the authorization code flow with PKCE. */
export interface OidcProvider {
  /** What a login is begun with: the secrets of an attempt, and where the browser goes. @throws OidcError */
  begin(options: {
    redirectUri: string;
  }): Promise<Pick<Attempt, "state" | "nonce" | "codeVerifier"> & { url: string }>;
  /** Who came back. @param query of the address that the provider sent the browser to. @throws OidcError */
  identify(attempt: Attempt, query: URLSearchParams): Promise<Identity>;
}

export function createOidcProvider(
  config: OidcConfig,
  { now = Date.now }: { now?: () => number } = {},
): OidcProvider {
  const discover = rememberFor(DISCOVERY_TTL_MS, () => discoverProvider(config), now);

  return {
    async begin({ redirectUri }) {
      const client = await discover().catch(rethrow);
      const [state, nonce, codeVerifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: config.scopes.join(" "),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
      });
      return { state, nonce, codeVerifier, url: url.href };
    },

    async identify(attempt, query) {
      if (query.get("state") !== attempt.state)
        throw new OidcError("ended", "the answer is to another attempt");
      const claims = await claimsOf(attempt, query).catch(rethrow);
      return toIdentity(claims, config);
    },
  };

  async function claimsOf(
    attempt: Attempt,
    query: URLSearchParams,
  ): Promise<Claims & { iss: string; sub: string }> {
    const client = await discover();
    const tokens = await authorizationCodeGrant(client, new URL(`${attempt.redirectUri}?${query}`), {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.codeVerifier,
      idTokenExpected: true,
    });
    const told = tokens.claims();
    if (!told) throw new OidcError("untrusted", "the provider sent no ID token");
    if (!isIncomplete(told, config) || !client.serverMetadata().userinfo_endpoint) return told;
    return { ...(await fetchUserInfo(client, tokens.access_token, told.sub)), ...told };
  }
}

function discoverProvider({ issuer, clientId, clientSecret }: OidcConfig): Promise<Configuration> {
  const url = new URL(issuer);
  const metadata = { [clockTolerance]: CLOCK_TOLERANCE_S };
  return discovery(url, clientId, metadata, clientAuthentication(clientSecret), {
    timeout: REQUEST_TIMEOUT_S,
    // A plain address is one of this machine: the configuration takes no other.
    execute: [enableNonRepudiationChecks, ...(url.protocol === "http:" ? [allowInsecureRequests] : [])],
  });
}

/** In the body, which every provider reads alike; by Basic where the provider takes nothing else. */
function clientAuthentication(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const { token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] } = server;
    return (methods.includes("client_secret_post") ? post : basic)(server, ...rest);
  };
}

/** What was found out stays for a while, and what failed is tried again by the next who asks; many share one try. */
function rememberFor<T>(ttlMs: number, find: () => Promise<T>, now: () => number): () => Promise<T> {
  let found: { at: number; value: Promise<T> } | undefined;
  return () => {
    if (found && now() - found.at < ttlMs) return found.value;
    const value = find();
    const mine = { at: now(), value };
    found = mine;
    value.catch(() => {
      if (found === mine) found = undefined;
    });
    return value;
  };
}

function rethrow(error: unknown): never {
  throw toOidcError(error);
}
