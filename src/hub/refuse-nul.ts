import type { FastifyInstance } from "fastify";

/** Of an address with NUL, which is in no name, and which PostgreSQL takes in no text. */
class NulInAddressError extends Error {
  readonly statusCode = 400;

  constructor() {
    super("Cannot take request: expected an address without %00");
    this.name = "NulInAddressError";
  }
}

/** Refuses addresses with NUL, in the form of the API they are below. */
export function refuseNul(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ url }) => {
    if (url.includes("%00")) throw new NulInAddressError();
  });
}
