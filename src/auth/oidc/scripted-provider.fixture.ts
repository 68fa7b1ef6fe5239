import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from "jose";

/** What a provider does otherwise than it should. */
export interface Script {
  /** Claims of the next ID token, over good ones; undefined takes one away. */
  claims?: Record<string, unknown>;
  /** Signs the ID token by another key than the published one. */
  isForged?: boolean;
  /** Answers of endpoints in the place of good ones, by path. */
  answers?: Record<string, { status: number; type?: string; body: string } | "hang up">;
  /** What is at the userinfo endpoint; undefined: there is none. */
  userinfo?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

/** A provider that answers as a test says: what a real one never would. */
export interface ScriptedProvider {
  issuer: string;
  script: Script;
  /** What the token endpoint was sent last. */
  lastForm: URLSearchParams;
  lastAuthorization: string | undefined;
  /** Requests by path. */
  counts: Map<string, number>;
  /** Makes another key, as providers do from time to time. */
  rotateKey(): Promise<void>;
  stop(): Promise<void>;
}

export async function startScriptedProvider({ clientId }: { clientId: string }): Promise<ScriptedProvider> {
  let key = await makeKey("1");
  const forged = await makeKey("1");
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const provider: ScriptedProvider = {
    issuer,
    script: {},
    lastForm: new URLSearchParams(),
    lastAuthorization: undefined,
    counts: new Map(),
    async rotateKey() {
      key = await makeKey(`${Number(key.kid) + 1}`);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return provider;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    provider.counts.set(path, (provider.counts.get(path) ?? 0) + 1);
    const chunks = await Array.fromAsync<Buffer>(request);
    const scripted = provider.script.answers?.[path];
    if (scripted === "hang up") return void request.socket.destroy();
    if (scripted) return send(response, scripted);
    if (path === "/token") {
      provider.lastForm = new URLSearchParams(Buffer.concat(chunks).toString());
      provider.lastAuthorization = request.headers.authorization;
    }
    send(response, { status: 200, body: JSON.stringify(await good(path)) });
  }

  async function good(path: string): Promise<object> {
    const { script } = provider;
    switch (path) {
      case "/.well-known/openid-configuration":
        return {
          issuer,
          authorization_endpoint: `${issuer}authorize`,
          token_endpoint: `${issuer}token`,
          jwks_uri: `${issuer}jwks`,
          ...(script.userinfo && { userinfo_endpoint: `${issuer}userinfo` }),
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
          token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
          ...script.metadata,
        };
      case "/jwks":
        return { keys: [key.jwk] };
      case "/userinfo":
        return script.userinfo ?? {};
      default: {
        const idToken = await sign();
        return { access_token: "an access token", token_type: "Bearer", expires_in: 60, id_token: idToken };
      }
    }
  }

  function sign(): Promise<string> {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: clientId, sub: "7", iat: seconds, exp: seconds + 60 };
    const { privateKey, kid } = provider.script.isForged ? forged : key;
    return new SignJWT({ ...claims, ...provider.script.claims } as JWTPayload)
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(privateKey);
  }
}

function send(
  response: ServerResponse,
  { status, type = "application/json", body }: { status: number; type?: string; body: string },
): void {
  response.writeHead(status, { "content-type": type }).end(body);
}

async function makeKey(kid: string): Promise<{ kid: string; jwk: object; privateKey: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" } };
}
