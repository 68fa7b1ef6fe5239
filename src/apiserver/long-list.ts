import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { packed } from "./compress.ts";
import type { Form } from "./form.ts";
import type { AnyObject } from "./partial-metadata.ts";
import { present, type ListObject } from "./present.ts";

export const JSON_TYPE = "application/json; charset=utf-8";

/** A list that may be longer than what is held of it at once. */
export interface LongList {
  first: ListObject;
  /** What comes after, a page at a time, when all is wanted and the first page is not all. */
  rest?: AsyncIterable<AnyObject[]>;
}

/** Written at once, in characters: rows of a table are short. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * Answers with a list in the form asked for. One that has a rest is written page by page, as fast as its client takes
 * it; when a page cannot be read the connection breaks, since half a list must not look like one.
 */
export function sendList({ reply, form }: { reply: FastifyReply; form: Form }, list: LongList): object {
  const { first, rest } = list;
  if (!rest) return present(form, first);
  // What is sent for a HEAD is read to its end and left out: nothing need be.
  const isHead = reply.request.method === "HEAD";
  const text = Readable.from(isHead ? [] : chunksOf(partsOf(form, first, rest)));
  return reply.type(JSON_TYPE).send(packed(reply, text));
}

/** The last characters of a list without items: they, or the rows, are its last field. */
const END = "]}";

/** The JSON of a list, item by item. */
async function* partsOf(form: Form, first: ListObject, rest: AsyncIterable<AnyObject[]>) {
  yield JSON.stringify(present(form, { ...first, items: [] })).slice(0, -END.length);
  let separator = "";
  for await (const items of pagesOf(first, rest)) {
    const page = present(form, { ...first, items }) as { items: unknown[] } | { rows: unknown[] };
    for (const item of "rows" in page ? page.rows : page.items) {
      yield separator + JSON.stringify(item);
      separator = ",";
    }
  }
  yield END;
}

async function* pagesOf({ items }: ListObject, rest: AsyncIterable<AnyObject[]>) {
  yield items;
  yield* rest;
}

/** The same text in fewer pieces. */
async function* chunksOf(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for await (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}
