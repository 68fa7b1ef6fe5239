import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../src/resources/kinds.ts";
import { hasStatus } from "../http.ts";
import { withAccountTexts } from "../i18n.ts";
import { organizationQuery } from "../queries.ts";
import { toOrganizationState } from "../url-state.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ErrorState } from "../ui/ErrorState.tsx";
import { HomeLink } from "../ui/HomeLink.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { PageTabs } from "../ui/PageTabs.tsx";
import { ResultList } from "../ui/ResultList.tsx";
import { useRole } from "../ui/use-role.ts";
import { useTitle } from "../ui/use-title.ts";
import classes from "./OrganizationPage.module.css";

/** Who an organization is, and its repositories. */
export function OrganizationPage() {
  const { t } = useTranslation();
  const { organization: name } = useParams({ from: "/o/$organization" });
  const { data, error, refetch } = useQuery(organizationQuery(name));
  useTitle(data?.spec.displayName ?? name);
  const { role } = useRole(name);
  if (hasStatus(error, 404)) {
    // A user's own organization is a name until something is pushed to it.
    if (role !== undefined) return <NotMadeYet name={name} />;
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
        <Skeleton height="4.5rem" width="60%" radius="lg" mb="1.5rem" />
      )}
      <Views name={name} organization={data} />
    </>
  );
}

function NotMadeYet({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <>
      <header className={classes.header}>
        <Avatar name={name} icon={undefined} size="lg" />
        <h1 className={classes.title}>{name}</h1>
      </header>
      <EmptyState title={t("organization.empty")}>
        <p>{t("organization.emptyText")}</p>
        <Link to="/push">{t("layout.push")}</Link>
      </EmptyState>
    </>
  );
}

const MembersPanel = lazy(async () => ({
  default: (await withAccountTexts(import("../ui/organization/MembersPanel.tsx"))).MembersPanel,
}));
const RobotsPanel = lazy(async () => ({
  default: (await withAccountTexts(import("../ui/organization/RobotsPanel.tsx"))).RobotsPanel,
}));
const OrganizationSettings = lazy(async () => ({
  default: (await withAccountTexts(import("../ui/organization/OrganizationSettings.tsx")))
    .OrganizationSettings,
}));

/** The images of an organization, its members, for owners its robots, and for members its settings; which is open is in the URL. */
function Views({ name, organization }: { name: string; organization: Organization | undefined }) {
  const { t } = useTranslation();
  const { view = "images" } = toOrganizationState(useSearch({ from: "/o/$organization" }));
  const { role, isOwner } = useRole(name);
  const isOpen = { images: true, members: true, robots: isOwner, settings: role !== undefined || isOwner };
  const views = (["images", "members", "robots", "settings"] as const).filter((one) => isOpen[one]);
  return (
    <>
      <PageTabs
        label={name}
        tabs={views.map((one) => ({
          name: one,
          title: t(`organization.${one}`),
          search: one === "images" ? {} : { view: one },
        }))}
      />
      {view === "images" ? (
        <ResultList
          query={{ organization: name, sort: "newest" }}
          empty={<EmptyState title={t("organization.empty")}>{t("organization.emptyText")}</EmptyState>}
        />
      ) : (
        <Suspense fallback={<Skeleton height="12rem" radius="lg" />}>
          {organization && view === "members" && (
            <MembersPanel organization={organization} isOwner={isOwner} />
          )}
          {organization && view === "robots" && isOwner && <RobotsPanel organization={name} />}
          {organization && view === "settings" && (
            <OrganizationSettings organization={organization} isOwner={isOwner} />
          )}
        </Suspense>
      )}
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
