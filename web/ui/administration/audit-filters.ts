import type { AuditQuery } from "../../../src/api/contract/audit.ts";

/** How far back, in hours; left out: all that is kept. */
export const AUDIT_SPANS = ["1", "24", "168", "720"] as const;
export const AUDIT_OUTCOMES = ["success", "denied", "failed"] as const;

type Span = (typeof AUDIT_SPANS)[number];
type Outcome = (typeof AUDIT_OUTCOMES)[number];

const HOUR_MS = 60 * 60 * 1000;

/** What entries are looked for, as the page keeps it in its URL. */
export interface AuditFilters {
  actor?: string;
  action?: string;
  resource?: string;
  organization?: string;
  outcome?: Outcome;
  span?: Span;
}

/** What is not known, or not good, is left out. */
export function toAuditFilters(search: { [K in keyof AuditFilters]?: unknown }): AuditFilters {
  const outcome = AUDIT_OUTCOMES.find((one) => one === search.outcome);
  const span = AUDIT_SPANS.find((one) => one === search.span);
  const texts = (["actor", "action", "resource", "organization"] as const).flatMap((name) => {
    const value = search[name];
    return typeof value === "string" && value.trim() !== "" ? [[name, value.trim()] as const] : [];
  });
  return { ...Object.fromEntries(texts), ...(outcome && { outcome }), ...(span && { span }) };
}

/** What the hub is asked. */
export function toAuditQuery({ span, ...words }: AuditFilters, now: Date): AuditQuery {
  if (span === undefined) return words;
  return { ...words, since: new Date(now.getTime() - Number(span) * HOUR_MS).toISOString() };
}
