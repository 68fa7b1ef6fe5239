import type { IncomingMessage, ServerResponse } from "node:http";
import { TooManyRequestsError } from "../../auth/errors.ts";
import type { Subject } from "../../auth/subject.ts";
import type { Visit } from "../../auth/visit.ts";
import { registryRoute } from "../address.ts";
import { networkOf } from "./network.ts";
import type { Rate } from "./rate.ts";
import { createTokenBuckets, type TokenBuckets } from "./token-buckets.ts";

/** What is limited; undefined: it is not. */
export interface RateLimits {
  /** Requests of one user or robot, or of one address without credentials, to `/v2`, `/token`, `/api` and `/apis`. */
  requests: Rate | undefined;
  /** Pulls of one address without credentials. */
  anonymousPulls: Rate | undefined;
  /** Pulls of one user or robot. */
  pulls: Rate | undefined;
}

export type LimitName = keyof RateLimits;

/** Counts what a visit uses, and refuses what is too much. */
export interface Limits {
  /**
   * A request begins: one without credentials counts for its address, any other once it is known whose it is.
   * @throws TooManyRequestsError
   */
  enter(visit: Visit, exchange: LimitedExchange): void;
  /** How often each limit refused. */
  refused(): Readonly<Record<LimitName, number>>;
}

export interface LimitedExchange {
  request: IncomingMessage;
  response: ServerResponse;
}

export function createLimits(rates: RateLimits, options: { now?: () => number } = {}): Limits {
  const bucketsOf = (rate: Rate | undefined) => rate && createTokenBuckets(rate, options);
  const buckets = {
    requests: bucketsOf(rates.requests),
    anonymousPulls: bucketsOf(rates.anonymousPulls),
    pulls: bucketsOf(rates.pulls),
  };
  const limitsNothing = Object.values(rates).every((rate) => rate === undefined);
  const refused = { requests: 0, anonymousPulls: 0, pulls: 0 };

  function refuse(name: LimitName, { rate, look }: TokenBuckets, key: string): never {
    refused[name] += 1;
    throw refusal(name, { rate, key, waitMs: look(key).waitMs });
  }

  function takeRequest(key: string): void {
    const { requests } = buckets;
    if (requests && !requests.take(key)) refuse("requests", requests, key);
  }

  function takePull(subject: Subject, { key, request, response }: LimitedExchange & { key: string }): void {
    const name = subject.kind === "anonymous" ? "anonymousPulls" : "pulls";
    const pulls = buckets[name];
    const isPull = request.method === "GET";
    // To look costs nothing, so that clients can see what is left.
    if (!pulls || (!isPull && request.method !== "HEAD")) return;
    if (registryRoute(request.url ?? "")?.noun !== "manifest") return;
    const left = isPull ? pulls.take(key) : pulls.look(key);
    showPulls(response, { rate: pulls.rate, left: left?.count ?? 0, key });
    if (!left) refuse(name, pulls, key);
  }

  return {
    enter(visit, exchange) {
      if (limitsNothing) return;
      let isCounted = false;
      const network = networkOf(visit.address);
      function admit(subject: Subject): void {
        const key = subject.kind === "anonymous" ? network : subject.name;
        if (!isCounted) takeRequest(key);
        isCounted = true;
        takePull(subject, { ...exchange, key });
      }
      // A function written right here would be an old object to V8 from its birth, and keep the request with it.
      visit.admit = admit;
      const { authorization, cookie } = exchange.request.headers;
      if (authorization === undefined && cookie === undefined) {
        isCounted = true;
        return takeRequest(network);
      }
      // What claims to be somebody's, and then is not, counts apart: who is somebody, at the same address, goes on.
      const unproven = `${network} unproven`;
      const { requests } = buckets;
      if (!requests) return;
      if (requests.look(unproven).count < 1) refuse("requests", requests, unproven);
      exchange.response.once("close", () => {
        if (!isCounted) requests.take(unproven);
      });
    },
    refused: () => refused,
  };
}

/** As Docker Hub has it: https://docs.docker.com/docker-hub/usage/pulls/#view-pull-rate-and-limit */
function showPulls(
  response: ServerResponse,
  { rate, left, key }: { rate: Rate; left: number; key: string },
): void {
  const window = `w=${Math.round(rate.windowMs / 1000)}`;
  response.setHeader("ratelimit-limit", `${rate.amount};${window}`);
  response.setHeader("ratelimit-remaining", `${left};${window}`);
  response.setHeader("docker-ratelimit-source", key);
}

function refusal(
  name: LimitName,
  { rate, key, waitMs }: { rate: Rate; key: string; waitMs: number },
): TooManyRequestsError {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000));
  const what = name === "requests" ? "answer" : "pull";
  const next = name === "anonymousPulls" ? "log in, or try again" : "try again";
  return new TooManyRequestsError(
    `Cannot ${what}: ${key} has used up its rate limit of ${rate.text}; ${next} in ${retryAfterS} s`,
    retryAfterS,
  );
}
