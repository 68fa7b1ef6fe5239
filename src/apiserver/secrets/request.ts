import type { FastifyReply } from "fastify";
import type { ReleaseStore } from "../../releases/store.ts";
import type { ResourceRequest } from "../context.ts";
import type { WriteOptions } from "../write-options.ts";

/** A request for Secrets. */
export interface SecretsRequest extends Pick<
  ResourceRequest,
  "caller" | "form" | "query" | "request" | "continueTokens"
> {
  releases: ReleaseStore;
  /** Whose Secrets the caller sees; undefined: nobody's. */
  owner: string | undefined;
}

/** One that changes some. */
export interface SecretsWrite extends SecretsRequest, WriteOptions {
  reply: FastifyReply;
}
