import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { listAudit, listUsers } from "./administration-api.ts";
import { toAuditQuery, type AuditFilters } from "./ui/administration/audit-filters.ts";

/** Accounts whose name, or display name, has a text in it; all of them for "". */
export function usersQuery(text: string) {
  return infiniteQueryOptions({
    queryKey: ["users", text],
    queryFn: ({ signal, pageParam }) =>
      listUsers(
        { ...(text !== "" && { q: text }), ...(pageParam !== "" && { continue: pageParam }) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.continue,
    placeholderData: keepPreviousData,
  });
}

export function auditPagesQuery(filters: AuditFilters) {
  return infiniteQueryOptions({
    queryKey: ["audit", filters],
    queryFn: ({ signal, pageParam }) =>
      listAudit(
        { ...toAuditQuery(filters, new Date()), ...(pageParam !== "" && { continue: pageParam }) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.continue,
    placeholderData: keepPreviousData,
  });
}
