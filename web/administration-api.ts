import type { AuditPage, AuditQuery } from "../src/api/contract/audit.ts";
import type { PasswordReset } from "../src/api/contract/password-reset.ts";
import type { UserDeletion, UserDeletionQuery } from "../src/api/contract/user-deletion.ts";
import type { UserAccount, UserPage, UsersQuery } from "../src/api/contract/users.ts";
import { toQueryString } from "./api.ts";
import { getJson, sendJson } from "./http.ts";

export function listUsers(query: UsersQuery, signal: AbortSignal): Promise<UserPage> {
  return getJson(`/api/v1/users${toQueryString(query)}`, signal);
}

export function setDisabled(name: string, disabled: boolean): Promise<UserAccount> {
  return sendJson(addressOf(name), { method: "PATCH", body: { disabled } });
}

/** The answer is the only one with the link. */
export function createPasswordReset(name: string): Promise<PasswordReset> {
  return sendJson(`${addressOf(name)}/password-reset`, { method: "POST" });
}

/** @throws ApiError 409 with what must be said of organizations, 422 */
export function deleteUser(name: string, query: UserDeletionQuery): Promise<UserDeletion> {
  return sendJson(addressOf(name) + toQueryString(query), { method: "DELETE" });
}

/** Deletes the caller's own account. @throws ApiError 409, 422 for a wrong password too */
export function deleteMe(password: string, query: UserDeletionQuery): Promise<UserDeletion> {
  return sendJson(`/api/v1/me${toQueryString(query)}`, { method: "DELETE", body: { password } });
}

export function listAudit(query: AuditQuery, signal: AbortSignal): Promise<AuditPage> {
  return getJson(auditAddress(query), signal);
}

/** Where the audit is read, and exported. */
export function auditAddress(query: AuditQuery): string {
  return `/api/v1/audit${toQueryString(query)}`;
}

function addressOf(user: string): string {
  return `/api/v1/users/${encodeURIComponent(user)}`;
}
