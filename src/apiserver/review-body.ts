import type { FastifyInstance } from "fastify";
import { acceptProtobuf } from "./body.ts";
import { decodeProtobuf, type Message } from "./protobuf.ts";
import { StatusError } from "./status.ts";

const MAX_REVIEW_BYTES = 64 * 1024;

/** A review, as far as the hub reads it. */
export interface Review {
  kind?: unknown;
  metadata?: unknown;
  spec?: unknown;
}

/** https://github.com/kubernetes/api/blob/master/authorization/v1/generated.proto */
const RESOURCE: Message = {
  1: ["namespace", "text"],
  2: ["verb", "text"],
  3: ["group", "text"],
  4: ["version", "text"],
  5: ["resource", "text"],
  6: ["subresource", "text"],
  7: ["name", "text"],
};
const SPEC: Message = {
  1: ["resourceAttributes", RESOURCE],
  2: ["nonResourceAttributes", { 1: ["path", "text"], 2: ["verb", "text"] }],
};
const MESSAGES: Record<string, Message> = {
  SelfSubjectAccessReview: { 2: ["spec", SPEC] },
  SelfSubjectRulesReview: { 2: ["spec", { 1: ["namespace", "text"] }] },
};

/** Lets reviews come in protobuf as well, which kubectl sends without asking. */
export function acceptReviews(api: FastifyInstance): void {
  acceptProtobuf(api, { maxBytes: MAX_REVIEW_BYTES });
}

/** @throws StatusError BadRequest */
export function parseReview(body: unknown, kind: string): Review {
  try {
    const review: unknown = Buffer.isBuffer(body) ? decodeProtobuf(body, MESSAGES) : JSON.parse(String(body));
    if (typeof review === "object" && review !== null && "kind" in review && review.kind === kind)
      return review;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
  }
  throw new StatusError(400, "BadRequest", `error decoding the body: expected a ${kind} in JSON`);
}
