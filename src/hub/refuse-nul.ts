import type { FastifyInstance } from "fastify";

/** Of an address with NUL, which is in no name, and which PostgreSQL takes in no text. */
class NulInAddressError extends Error {
  readonly statusCode = 400;

  constructor() {
    super("Cannot take request: expected an address without %00");
    this.name = "NulInAddressError";
  }
}

/** Kubernetes' own answer to one that cannot be printed is another. */
const FIELD_MANAGER = /([?&])fieldManager=[^&]*/g;

/** Refuses addresses with NUL, in the form of the API they are below. */
export function refuseNul(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ url }) => {
    if (url.includes("%00") && url.replace(FIELD_MANAGER, "$1").includes("%00"))
      throw new NulInAddressError();
  });
}
