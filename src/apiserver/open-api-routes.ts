import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isJson, notAcceptable, parseAccept, type MediaRange } from "./accept.ts";
import { API_GROUPS, groupPath } from "./api-groups.ts";
import { queryOf } from "./query.ts";
import { encodeOpenApiV2 } from "./open-api-protobuf.ts";
import { openApiV2, openApiV3 } from "./open-api.ts";

const JSON_TYPE = "application/json";
/** A document that is asked for by its hash never changes. */
const FOREVER = "public, max-age=31536000, immutable";

/** As clients since 1.24 and before write it. */
const PROTOBUF_TYPES = [
  "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
  "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
] as const;

/** A document, as it is sent. */
interface Document {
  body: string;
  /** Upper-case hex, as Kubernetes has it. */
  hash: string;
}

/** `/openapi/v2` and `/openapi/v3`: from them clients know fields, and what the verbs take. */
export function registerOpenApi(api: FastifyInstance, version: string): void {
  const documents = new Map(
    API_GROUPS.map((group) => [groupPath(group), once(() => document(openApiV3(group, version)))]),
  );
  api.get("/openapi/v3", async (request, reply) => answer(request, reply, document(index(documents))));
  for (const [path, find] of documents) {
    const url = `/openapi/v3/${path}`;
    api.get(url, async (request, reply) => {
      const { hash } = queryOf(request);
      const found = find();
      if (hash === undefined) return answer(request, reply, found);
      // Of an older version of the hub.
      if (hash !== found.hash) return reply.redirect(`${url}?hash=${found.hash}`, 301);
      return answer(request, reply.header("cache-control", FOREVER), found);
    });
  }
  const v2 = once(() => document(openApiV2(version)));
  const protobuf = once(() => encodeOpenApiV2(openApiV2(version)));
  api.get("/openapi/v2", async (request, reply) => {
    const best = parseAccept(request.headers.accept).find((range) => isJson(range) || isProtobuf(range));
    if (!best || isJson(best)) return answer(request, reply, v2());
    return reply.type(PROTOBUF_TYPES[0]).header("vary", "Accept").send(protobuf());
  });
}

function index(documents: Map<string, () => Document>): object {
  const entries = [...documents].map(([path, find]) => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${find().hash}` },
  ]);
  return { paths: Object.fromEntries(entries) as object };
}

function answer(request: FastifyRequest, reply: FastifyReply, { body, hash }: Document): FastifyReply {
  if (!parseAccept(request.headers.accept).some(isJson)) throw notAcceptable([JSON_TYPE]);
  const etag = `"${hash}"`;
  reply.header("etag", etag).header("vary", "Accept");
  if (request.headers["if-none-match"] === etag) return reply.status(304).send();
  return reply.type(JSON_TYPE).send(body);
}

function isProtobuf({ type }: MediaRange): boolean {
  return PROTOBUF_TYPES.some((each) => each === type);
}

function document(content: object): Document {
  const body = JSON.stringify(content);
  return { body, hash: createHash("sha256").update(body).digest("hex").toUpperCase() };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
