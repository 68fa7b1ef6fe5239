import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../src/resources/kinds.ts";
import { ApiError } from "../api.ts";
import { organizationQuery } from "../queries.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ErrorState } from "../ui/ErrorState.tsx";
import { HomeLink } from "../ui/HomeLink.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { ResultList } from "../ui/ResultList.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./OrganizationPage.module.css";

/** Who an organization is, and its repositories. */
export function OrganizationPage() {
  const { t } = useTranslation();
  const { organization: name } = useParams({ from: "/o/$organization" });
  const { data, error, refetch } = useQuery(organizationQuery(name));
  useTitle(data?.spec.displayName ?? name);
  if (error instanceof ApiError && error.status === 404) {
    return (
      <NotFound
        title={t("notFound.organization", { name })}
        text={t("notFound.organizationText")}
        search={name}
      />
    );
  }
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <>
      {data ? (
        <OrganizationHeader organization={data} />
      ) : (
        <Skeleton height="4.5rem" width="60%" radius="lg" />
      )}
      <ResultList
        query={{ organization: name, sort: "newest" }}
        empty={<EmptyState title={t("organization.empty")}>{t("organization.emptyText")}</EmptyState>}
      />
    </>
  );
}

function OrganizationHeader({ organization }: { organization: Organization }) {
  const { metadata, spec } = organization;
  return (
    <header className={classes.header}>
      <Avatar name={metadata.name} icon={spec.icon} size="lg" />
      <div className={classes.names}>
        <h1 className={classes.title}>{spec.displayName || metadata.name}</h1>
        {spec.displayName && <p className={classes.name}>{metadata.name}</p>}
        {spec.description && <p className={classes.description}>{spec.description}</p>}
        <HomeLink url={spec.url} />
      </div>
    </header>
  );
}
