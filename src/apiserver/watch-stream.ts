import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { ResourceRequest } from "./context.ts";
import { createEventEncoder } from "./event-encoder.ts";
import { parseWatchQuery } from "./list-options.ts";
import type { AnyObject } from "./partial-metadata.ts";
import { toStatus } from "./status.ts";
import { TICK, withTicks } from "./ticks.ts";

/** What is watched, as its watcher sees it. */
export interface Watched {
  apiVersion: string;
  kind: string;
  /** The version now. */
  version(): Promise<string>;
  /** What there is. @returns the version that it shows */
  all(signal: AbortSignal): AsyncGenerator<Change, string>;
  /** What changes after a version, until the signal aborts. */
  changes(options: ChangesOptions): AsyncGenerator<Change>;
}

export interface Change {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: AnyObject;
}

export interface ChangesOptions {
  after: string;
  signal: AbortSignal;
  /** Called as time goes on, with a version up to which all was told. */
  onProgress: (version: string) => void;
}

/** Between two bookmarks, as with Kubernetes: what a client has to catch up after a break is bounded by it. */
const BOOKMARK_EVERY_MS = 60_000;
/** Of the bookmark after which a client knows all that there was. */
const INITIAL_EVENTS_END = { "k8s.io/initial-events-end": "true" };

type WatchRequest = Pick<ResourceRequest, "request" | "form" | "query" | "stopping">;

/**
 * Streams changes as JSON, one a line, until the client goes, the time is over or the hub stops.
 * @throws StatusError BadRequest, Invalid
 */
export function streamChanges(
  { request, form, query, stopping }: WatchRequest,
  reply: FastifyReply,
  watched: Watched,
): FastifyReply {
  const watch = parseWatchQuery(query);
  const gone = new AbortController();
  request.raw.once("close", () => gone.abort());
  reply.raw.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(watch.timeoutMs), stopping]);
  const encoder = createEventEncoder(form);

  const bookmark = (metadata: object): string =>
    encoder.encode({
      type: "BOOKMARK",
      object: { apiVersion: watched.apiVersion, kind: watched.kind, metadata },
    });

  /** What there is, when it is asked for. @returns the version to go on from */
  async function* startLines(): AsyncGenerator<string, string> {
    if (watch.start === undefined) return watched.version();
    if (watch.start !== "initial") return watch.start.after;
    const all = watched.all(signal);
    let next = await all.next();
    for (; !next.done; next = await all.next()) yield encoder.encode(next.value);
    const resourceVersion = next.value;
    if (watch.marksInitialEnd) yield bookmark({ resourceVersion, annotations: INITIAL_EVENTS_END });
    return resourceVersion;
  }

  /** What changes from then on, and from time to time how far that is. */
  async function* changeLines(after: string): AsyncGenerator<string> {
    let resourceVersion = after;
    const onProgress = (version: string): void => {
      resourceVersion = version;
    };
    for await (const change of withTicks(watched.changes({ after, signal, onProgress }), BOOKMARK_EVERY_MS)) {
      if (change !== TICK) yield encoder.encode(change);
      else if (watch.withBookmarks) yield bookmark({ resourceVersion });
    }
    // Its time is over: the next watch begins here.
    if (watch.withBookmarks) yield bookmark({ resourceVersion });
  }

  async function* lines(): AsyncGenerator<string> {
    // Sends the headers: a client waits for them, however long nothing changes.
    yield "";
    try {
      yield* changeLines(yield* startLines());
    } catch (error) {
      yield encoder.encode({ type: "ERROR", object: toStatus(error, request.id) });
    }
  }

  return reply.type("application/json").send(Readable.from(lines()));
}
