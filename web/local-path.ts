/** What a page keeps in its URL of where to go next. */
export interface NextState {
  next?: string;
}

/** What the log-in page keeps in its URL: where to go next, and why a login by a provider came to nothing. */
export interface LoginState extends NextState {
  problem?: string;
  /** The user name that the problem is about. */
  user?: string;
}

/** Any page will do to resolve a path against; its name can be no real host's. */
const HERE = "http://here.invalid";

/**
 * A path of this hub's pages, as the way to go on after logging in; undefined for anything that could lead elsewhere,
 * so that no link to the log-in page ends on another site: `//host`, `/\host`, `https:…`, control characters.
 */
export function toLocalPath(text: unknown): string | undefined {
  if (typeof text !== "string" || !text.startsWith("/")) return undefined;
  const url = URL.parse(text, HERE);
  if (url?.origin !== HERE) return undefined;
  const path = url.pathname + url.search + url.hash;
  // `/.//host` is a path of this hub, but would no longer be one when it is resolved again.
  return path.startsWith("//") ? undefined : path;
}

/** The state of the pages that go on elsewhere, for links; what an address says is asked of `toLocalPath()` where it is used. */
export function toNextState(search: { next?: unknown }): NextState {
  const next = toLocalPath(search.next);
  return next === undefined ? {} : { next };
}

/** The state of the log-in page; what is not good is left out. */
export function toLoginState(search: { next?: unknown; problem?: unknown; user?: unknown }): LoginState {
  return { ...toNextState(search), ...toProblemState(search) };
}

/** Why a login by a provider came to nothing: a word, and a name that a user may have. Others write links too. */
export function toProblemState({
  problem,
  user,
}: {
  problem?: unknown;
  user?: unknown;
}): Pick<LoginState, "problem" | "user"> {
  if (typeof problem !== "string" || !/^[a-z-]{1,32}$/.test(problem)) return {};
  return { problem, ...(typeof user === "string" && /^[a-z0-9-]{1,63}$/.test(user) && { user }) };
}
