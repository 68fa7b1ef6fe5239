import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Me } from "../../src/api/contract/me.ts";
import { meQuery } from "../queries.ts";
import { toAccountState } from "../url-state.ts";
import { AccountOverview } from "../ui/account/AccountOverview.tsx";
import { AccountSettings } from "../ui/account/AccountSettings.tsx";
import { AccountTokens } from "../ui/account/AccountTokens.tsx";
import { Avatar } from "../ui/Avatar.tsx";
import { ErrorState } from "../ui/ErrorState.tsx";
import { LogInFirst } from "../ui/LogInFirst.tsx";
import { PageTabs } from "../ui/PageTabs.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./AccountPage.module.css";

const VIEWS = ["overview", "tokens", "settings"] as const;

/** The user's own: organizations and stars, tokens, settings; which is open is in the URL. */
export function AccountPage() {
  const { t } = useTranslation("account");
  const { data, error, refetch } = useQuery(meQuery());
  useTitle(t("account.title"));
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height="4.5rem" width="min(60%, 20rem)" radius="lg" />;
  if (data.name === "") return <LogInFirst />;
  return <Account key={data.name} me={data} />;
}

function Account({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const { view = "overview" } = toAccountState(useSearch({ from: "/account" }));
  return (
    <>
      <header className={classes.header}>
        <Avatar name={me.name} icon={me.icon} size="lg" />
        <div className={classes.names}>
          <h1 className={classes.title}>{me.displayName ?? me.name}</h1>
          <p className={classes.name}>
            {me.displayName ? me.name : t("account.title")}
            {me.administrator && ` · ${t("account.administrator")}`}
          </p>
        </div>
      </header>
      <PageTabs
        label={t("account.title")}
        tabs={VIEWS.map((name) => ({
          name,
          title: t(`account.${name}`),
          search: name === "overview" ? {} : { view: name },
        }))}
      />
      {view === "overview" && <AccountOverview me={me} />}
      {view === "tokens" && <AccountTokens me={me} />}
      {view === "settings" && <AccountSettings me={me} />}
    </>
  );
}
