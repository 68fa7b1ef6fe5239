import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { meQuery } from "../queries.ts";
import { toAdministrationState } from "../url-state.ts";
import { toAuditFilters } from "../ui/administration/audit-filters.ts";
import { AuditPanel } from "../ui/administration/AuditPanel.tsx";
import { UsersPanel } from "../ui/administration/UsersPanel.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ErrorState } from "../ui/ErrorState.tsx";
import { LogInFirst } from "../ui/LogInFirst.tsx";
import { PageTabs } from "../ui/PageTabs.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./AdministrationPage.module.css";

const VIEWS = ["users", "audit"] as const;

/** What administrators do: accounts, and who did what; which is open, and what is looked for, is in the URL. */
export function AdministrationPage() {
  const { t } = useTranslation("account");
  const { data, error, refetch } = useQuery(meQuery());
  const search = toAdministrationState(useSearch({ from: "/administration" }));
  const { view = "users", q = "" } = search;
  const filters = toAuditFilters(search);
  useTitle(t("administration.title"));
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height="4.5rem" width="min(60%, 20rem)" radius="lg" />;
  if (data.name === "") return <LogInFirst />;
  if (!data.administrator)
    return <EmptyState title={t("administration.denied")}>{t("administration.deniedText")}</EmptyState>;
  return (
    <>
      <h1 className={classes.title}>{t("administration.title")}</h1>
      <PageTabs
        label={t("administration.title")}
        shown={view}
        tabs={VIEWS.map((name) => ({
          name,
          title: t(`administration.${name}`),
          search: name === "users" ? {} : { view: name },
        }))}
      />
      {view === "users" && <UsersPanel text={q} me={data} />}
      {view === "audit" && <AuditPanel key={JSON.stringify(filters)} filters={filters} />}
    </>
  );
}
