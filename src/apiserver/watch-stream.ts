import type { FastifyReply } from "fastify";
import type { Soon } from "../resource-store/soon.ts";
import type { ResourceRequest } from "./context.ts";
import { createEventEncoder } from "./event-encoder.ts";
import { createLineStream } from "./line-stream.ts";
import { parseWatchQuery } from "./list-options.ts";
import type { AnyObject } from "./partial-metadata.ts";
import { toStatus } from "./status.ts";

/** What is watched, as its watcher sees it. */
export interface Watched {
  apiVersion: string;
  kind: string;
  /** The version now. */
  version(): Promise<string>;
  /** Tells what there is. @returns the version that it shows */
  all(signal: AbortSignal, tell: TellChange): Promise<string>;
  /** Tells what changes after a version, until the signal aborts. */
  changes(options: ChangesOptions, tell: TellChange): Promise<void>;
  /** Called when nothing more is told. */
  end?(): void;
}

/** The next change waits for what it returns. */
export type TellChange = (change: Change) => Soon<void>;

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
  const lines = createLineStream();
  const send: TellChange = (change) => lines.send(encoder.encode(change));

  const bookmark = (metadata: object): Buffer =>
    encoder.encode({
      type: "BOOKMARK",
      object: { apiVersion: watched.apiVersion, kind: watched.kind, metadata },
    });

  /** What there is, when it is asked for. @returns the version to go on from */
  async function sendStart(): Promise<string> {
    if (watch.start === undefined) return watched.version();
    if (watch.start !== "initial") return watch.start.after;
    const resourceVersion = await watched.all(signal, send);
    if (watch.marksInitialEnd) {
      await lines.send(bookmark({ resourceVersion, annotations: INITIAL_EVENTS_END }));
    }
    return resourceVersion;
  }

  /** What changes from then on, and from time to time how far that is. */
  async function sendChanges(after: string): Promise<void> {
    let resourceVersion = after;
    const onProgress = (version: string): void => {
      resourceVersion = version;
    };
    const sendBookmark = (): void => {
      if (watch.withBookmarks) void lines.send(bookmark({ resourceVersion }));
    };
    const timer = setInterval(sendBookmark, BOOKMARK_EVERY_MS);
    try {
      await watched.changes({ after, signal, onProgress }, send);
    } finally {
      clearInterval(timer);
    }
    // Its time is over: the next watch begins here.
    sendBookmark();
  }

  async function sendAll(): Promise<void> {
    // Sends the headers: a client waits for them, however long nothing changes.
    await lines.send("");
    try {
      await sendChanges(await sendStart());
    } catch (error) {
      await lines.send(encoder.encode({ type: "ERROR", object: toStatus(error, request.id) }));
    }
    lines.end();
    watched.end?.();
  }

  void sendAll();
  return reply.type("application/json").send(lines.stream);
}
