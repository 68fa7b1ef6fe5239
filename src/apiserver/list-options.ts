import { invalid } from "./invalid.ts";
import type { Query } from "./query.ts";
import { StatusError, type StatusCause } from "./status.ts";

/** Resources read at once of a list that is wanted whole. */
const PAGE_OF_WHOLE = 500;
/** Resources of a page at most. */
const MAX_LIMIT = 10_000;
/** Longest watch; the client then watches on, as with Kubernetes. */
const MAX_WATCH_MS = 30 * 60 * 1000;

/** What a list is asked for, beside its selectors. */
export interface ListQuery {
  /** Resources of a page. */
  limit: number;
  /** Whether all is wanted at once: as with Kubernetes, who says no limit gets no pages. */
  isWhole: boolean;
  continue: string | undefined;
  /** The very moment to show, or one that the answer is at least as new as; undefined for now. */
  version: { match: "Exact" | "NotOlderThan"; value: string } | undefined;
}

/** What a watch is asked for, beside its selectors. */
export interface WatchQuery {
  timeoutMs: number;
  /** Whether it says from time to time how far it is. */
  withBookmarks: boolean;
  /** What it begins with: what is there, or what comes after a version; undefined for what comes after now. */
  start: "initial" | { after: string } | undefined;
  /** Whether it says when all that is there was told. */
  marksInitialEnd: boolean;
}

/**
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 * @throws StatusError BadRequest, Invalid
 */
export function parseListQuery(query: Query): ListQuery {
  const { resourceVersion = "", resourceVersionMatch = "" } = query;
  const place = query["continue"] || undefined;
  const limit = parseCount("limit", query["limit"]);
  requireValid([
    ...(query["sendInitialEvents"]
      ? [forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")]
      : []),
    ...matchCauses(resourceVersion, resourceVersionMatch, place),
  ]);
  if (place !== undefined && resourceVersion !== "" && resourceVersion !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  const isAny = resourceVersion === "" || resourceVersion === "0";
  if (!isAny && !/^\d{1,15}$/.test(resourceVersion)) {
    throw badRequest(`invalid resource version: ${versionMessage(resourceVersion)}`);
  }
  // Without a match, a page was always of the very version, and a whole list of any later one.
  const match = resourceVersionMatch === "Exact" || (resourceVersionMatch === "" && limit > 0);
  return {
    limit: limit > 0 ? Math.min(limit, MAX_LIMIT) : PAGE_OF_WHOLE,
    isWhole: limit <= 0,
    continue: place,
    version: isAny ? undefined : { match: match ? "Exact" : "NotOlderThan", value: resourceVersion },
  };
}

/** @throws StatusError BadRequest, Invalid */
export function parseWatchQuery(query: Query): WatchQuery {
  const { resourceVersion = "", sendInitialEvents = "", resourceVersionMatch = "" } = query;
  requireValid(initialEventsCauses(sendInitialEvents, resourceVersionMatch));
  const isAny = resourceVersion === "" || resourceVersion === "0";
  if (!isAny && !/^\d{1,15}$/.test(resourceVersion)) throw badRequest(versionMessage(resourceVersion));
  const sendsInitial = sendInitialEvents === "" ? isAny : isTrue(sendInitialEvents);
  const withBookmarks = isTrue(query["allowWatchBookmarks"] ?? "");
  const seconds = parseCount("timeoutSeconds", query["timeoutSeconds"]);
  return {
    timeoutMs: seconds > 0 ? Math.min(seconds * 1000, MAX_WATCH_MS) : MAX_WATCH_MS,
    withBookmarks,
    start: sendsInitial ? "initial" : isAny ? undefined : { after: resourceVersion },
    marksInitialEnd: withBookmarks && isTrue(sendInitialEvents),
  };
}

/** As Kubernetes reads a flag of a query: there, and not off. */
export function isTrue(text: string): boolean {
  return text !== "" && text !== "false" && text !== "0";
}

function matchCauses(version: string, match: string, place: string | undefined): StatusCause[] {
  if (match === "") return [];
  if (place !== undefined) {
    return [forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")];
  }
  if (version === "") {
    return [
      forbidden(
        "resourceVersionMatch",
        "resourceVersionMatch is forbidden unless resourceVersion is provided",
      ),
    ];
  }
  if (match !== "Exact" && match !== "NotOlderThan") {
    return [unsupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""])];
  }
  const isZero = match === "Exact" && version === "0";
  return isZero
    ? [forbidden("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
    : [];
}

function initialEventsCauses(sendInitialEvents: string, match: string): StatusCause[] {
  const field = "resourceVersionMatch";
  if (sendInitialEvents === "") {
    const why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    return match === "" ? [] : [forbidden(field, why)];
  }
  if (match === "NotOlderThan") return [];
  const needed = forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  return match === "" ? [needed] : [needed, unsupported(field, match, ["NotOlderThan"])];
}

function parseCount(name: string, text = ""): number {
  if (text === "") return 0;
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`Cannot read ${name} ${JSON.stringify(text.slice(0, 50))}: expected a number`);
}

function versionMessage(text: string): string {
  return `resourceVersion: Invalid value: ${JSON.stringify(text.slice(0, 50))}: expected a number that a list or a resource gave`;
}

function forbidden(field: string, why: string): StatusCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${why}`, field };
}

function unsupported(field: string, value: string, supported: string[]): StatusCause {
  const values = supported.map((each) => JSON.stringify(each)).join(", ");
  const given = JSON.stringify(value.slice(0, 50));
  return {
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${given}: supported values: ${values}`,
    field,
  };
}

function requireValid(causes: StatusCause[]): void {
  if (causes.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions", name: "" }, causes);
}

function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
