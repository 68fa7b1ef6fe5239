import type { BegunLink, IdentityList } from "../src/api/contract/identities.ts";
import type { ChangedMe, ChangedPassword, Me } from "../src/api/contract/me.ts";
import type { LogIn } from "../src/api/contract/session.ts";
import type { Stars } from "../src/api/contract/stars.ts";
import type { NewToken, TokenList, TokenShownOnce } from "../src/api/contract/tokens.ts";
import type { NewPasswordReset } from "../src/api/contract/password-reset.ts";
import type { NewUser } from "../src/api/contract/users.ts";
import { getJson, getText, sendJson } from "./http.ts";

/** Sets a cookie that scripts cannot read. @throws ApiError 401 for a wrong name or password, 429 after too many */
export function logIn(body: LogIn): Promise<Me> {
  return sendJson("/api/v1/session", { method: "POST", body });
}

/** Where the browser goes to log in by the provider. @param next a path of this hub, where it comes back to */
export function oidcLoginAddress(next: string): string {
  return `/api/v1/oidc/login?${new URLSearchParams({ next })}`;
}

export function logOut(): Promise<void> {
  return sendJson("/api/v1/session", { method: "DELETE" });
}

/** Ends every session of the user, this one too. */
export function logOutEverywhere(): Promise<void> {
  return sendJson("/api/v1/sessions", { method: "DELETE" });
}

/** Makes an account; it is not logged in by that. */
export function register(body: NewUser): Promise<void> {
  return sendJson("/api/v1/users", { method: "POST", body });
}

export function changeProfile(body: ChangedMe): Promise<Me> {
  return sendJson("/api/v1/me", { method: "PATCH", body });
}

/** Ends all other sessions of the user. */
export function changePassword(body: ChangedPassword): Promise<void> {
  return sendJson("/api/v1/me/password", { method: "PUT", body });
}

/** Sets a password by an administrator's code; the user's sessions end. @throws ApiError 422 for a code that is over */
export function resetPassword(body: NewPasswordReset): Promise<void> {
  return sendJson("/api/v1/password-reset", { method: "PUT", body });
}

/** By what else than a password the user logs in. */
export function getIdentities(signal: AbortSignal): Promise<IdentityList> {
  return getJson("/api/v1/identities", signal);
}

/** Where the browser goes to link the account to the provider. @throws ApiError 502 when the provider does not answer */
export function beginLink(): Promise<BegunLink> {
  return sendJson("/api/v1/identities", { method: "POST" });
}

/** @throws ApiError 409 for the last way to log in */
export function endLink(id: string): Promise<void> {
  return sendJson(`/api/v1/identities/${id}`, { method: "DELETE" });
}

export function getStars(signal: AbortSignal): Promise<Stars> {
  return getJson("/api/v1/stars", signal);
}

export function setStar(repository: string, isStarred: boolean): Promise<void> {
  return sendJson(`/api/v1/stars/${repository}`, { method: isStarred ? "PUT" : "DELETE" });
}

export function listTokens(signal: AbortSignal): Promise<TokenList> {
  return getJson("/api/v1/tokens", signal);
}

/** The answer is the only one with the token's text. */
export function createToken(body: NewToken): Promise<TokenShownOnce> {
  return sendJson("/api/v1/tokens", { method: "POST", body });
}

export function revokeToken(id: string): Promise<void> {
  return sendJson(`/api/v1/tokens/${id}`, { method: "DELETE" });
}

/** A kubeconfig, with a token that is made for it. @throws ApiError 409 when the hub has no TLS */
export function getKubeconfig(): Promise<string> {
  return getText("/api/v1/kubeconfig");
}
