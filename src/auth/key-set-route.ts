import type { FastifyInstance } from "fastify";
import type { SigningKeys } from "./signing-key.ts";

/** A copy that is older than this does not know the newest key; who meets an unknown one asks again. */
const MAX_AGE_S = 300;

/** `GET /.well-known/jwks.json`: the public keys of registry tokens (RFC 7517), so that others can verify them; anybody. */
export function registerKeySet(app: FastifyInstance, keys: Pick<SigningKeys, "publicKeys">): void {
  app.get("/.well-known/jwks.json", async (_request, reply) =>
    reply
      .header("content-type", "application/jwk-set+json")
      .header("cache-control", `public, max-age=${MAX_AGE_S}`)
      .serializer(JSON.stringify)
      .send(keys.publicKeys()),
  );
}
