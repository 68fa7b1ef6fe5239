import { AsyncLocalStorage } from "node:async_hooks";
import type { Subject } from "./subject.ts";

/** One request: from where it came, who sent it, and what it is about. Audit and limits go by it. */
export interface Visit {
  /** The client's; behind proxies that the operator trusts, the one that they tell. */
  readonly address: string;
  /** Set when credentials were taken; undefined for a request without any, and for one whose are wrong. */
  subject?: Subject;
  /** Told who sends it, as soon as that is known. @throws TooManyRequestsError for who asks too often */
  admit?: (subject: Subject) => void;
  /** It asks what would be, and changes nothing. */
  isDryRun?: true;
  /** What it changes, or tried to, by organization ("" for what is no organization's). */
  readonly targets: Map<string, VisitTarget>;
}

/** What a request changes in an organization. */
export interface VisitTarget {
  /** The one, or of several the last. */
  resource: string;
  count: number;
}

const visits = new AsyncLocalStorage<Visit>();

/** Runs the work of a request, which finds its visit by `currentVisit` however deep it is. */
export function duringVisit(address: string, work: (visit: Visit) => void): void {
  const visit: Visit = { address, targets: new Map() };
  visits.run(visit, work, visit);
}

/** The visit of the request that is being answered; undefined for what the hub does by itself. */
export function currentVisit(): Visit | undefined {
  return visits.getStore();
}

/** Notes who sends a request. @returns the same @throws TooManyRequestsError for who asks too often */
export function noteCaller<AnySubject extends Subject>(subject: AnySubject): AnySubject {
  const visit = currentVisit();
  if (visit) visit.subject = subject;
  visit?.admit?.(subject);
  return subject;
}

/** Notes that a request asks what would be, and changes nothing. */
export function noteDryRun(): void {
  const visit = currentVisit();
  if (visit) visit.isDryRun = true;
}

/** Notes what a request is about to change. */
export function noteTarget(organization: string, resource: string): void {
  const targets = currentVisit()?.targets;
  const before = targets?.get(organization);
  // What met another's change is tried again, and is one all the same.
  if (before?.resource === resource) return;
  targets?.set(organization, { resource, count: (before?.count ?? 0) + 1 });
}
