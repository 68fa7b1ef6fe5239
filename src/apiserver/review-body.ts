import type { FastifyInstance } from "fastify";
import { StatusError } from "./status.ts";

/** What kubectl writes built-in kinds in. */
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const MAX_REVIEW_BYTES = 64 * 1024;
/** Before a message in Kubernetes' protobuf: `runtime.Unknown`. */
const MAGIC = Buffer.from("k8s\0");

/** A review, as far as the hub reads it. */
export interface Review {
  kind?: unknown;
  metadata?: unknown;
  spec?: unknown;
}

/**
 * A message of texts and of other messages, by the numbers of its fields.
 * https://github.com/kubernetes/api/blob/master/authorization/v1/generated.proto
 */
interface Message {
  [field: number]: string | [name: string, message: Message];
}

const RESOURCE: Message = {
  1: "namespace",
  2: "verb",
  3: "group",
  4: "version",
  5: "resource",
  6: "subresource",
  7: "name",
};
const SPEC: Message = {
  1: ["resourceAttributes", RESOURCE],
  2: ["nonResourceAttributes", { 1: "path", 2: "verb" }],
};
const MESSAGES: Record<string, Message> = {
  SelfSubjectAccessReview: { 2: ["spec", SPEC] },
  SelfSubjectRulesReview: { 2: ["spec", { 1: "namespace" }] },
  SelfSubjectReview: {},
};

/** Lets reviews come in protobuf as well, which kubectl sends without asking. */
export function acceptReviews(api: FastifyInstance): void {
  api.addContentTypeParser(
    PROTOBUF,
    { parseAs: "buffer", bodyLimit: MAX_REVIEW_BYTES },
    (_request, body, done) => done(null, body),
  );
}

/** @throws StatusError BadRequest */
export function parseReview(body: unknown, kind: string): Review {
  try {
    const review: unknown = Buffer.isBuffer(body) ? decodeUnknown(body) : JSON.parse(String(body));
    if (typeof review === "object" && review !== null && "kind" in review && review.kind === kind)
      return review;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
  }
  throw new StatusError(400, "BadRequest", `error decoding the body: expected a ${kind} in JSON`);
}

/** @throws RangeError */
function decodeUnknown(body: Buffer): Review {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) throw new RangeError("no Kubernetes protobuf");
  const type: Message = { 1: "apiVersion", 2: "kind" };
  const bytes = body.subarray(MAGIC.length);
  const { typeMeta } = decode(bytes, { 1: ["typeMeta", type] }) as {
    typeMeta?: { apiVersion?: string; kind?: string };
  };
  const { apiVersion, kind = "" } = typeMeta ?? {};
  const raw = fieldsOf(bytes).find(({ number }) => number === 2)?.value ?? Buffer.alloc(0);
  return { ...decode(raw, MESSAGES[kind] ?? {}), apiVersion, kind } as Review;
}

function decode(bytes: Buffer, message: Message): Record<string, unknown> {
  const known = fieldsOf(bytes).flatMap(({ number, value }): [string, unknown][] => {
    const field = message[number];
    if (field === undefined) return [];
    return [typeof field === "string" ? [field, value.toString()] : [field[0], decode(value, field[1])]];
  });
  return Object.fromEntries(known);
}

/** Fields with a length, which texts and messages are; others are passed over. @throws RangeError */
function fieldsOf(bytes: Buffer): { number: number; value: Buffer }[] {
  const fields: { number: number; value: Buffer }[] = [];
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = readNumber();
    const wireType = tag % 8;
    if (wireType === 0) readNumber();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = readNumber();
      if (at + length > bytes.length) throw new RangeError("a field ends after its message");
      fields.push({ number: Math.floor(tag / 8), value: bytes.subarray(at, at + length) });
      at += length;
    } else throw new RangeError(`wire type ${wireType}`);
  }
  return fields;
}
