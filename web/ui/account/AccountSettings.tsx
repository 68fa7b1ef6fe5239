import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/api/contract/me.ts";
import { logOutEverywhere } from "../../account-api.ts";
import { identitiesQuery } from "../../account-queries.ts";
import { hubInfoQuery, meQuery } from "../../queries.ts";
import { ErrorState } from "../ErrorState.tsx";
import { Panel } from "../Panel.tsx";
import { Question } from "../Question.tsx";
import classes from "./AccountPanels.module.css";
import { IdentityPanel } from "./IdentityPanel.tsx";
import { OwnDeletion } from "./OwnDeletion.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { ProfileForm } from "./ProfileForm.tsx";

/** How the user is shown, the password, and every place where the user is logged in. */
export function AccountSettings({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  return (
    <div className={classes.panels}>
      <Panel title={t("profile.title")}>
        <ProfileForm me={me} />
      </Panel>
      <LoginPanels me={me} />
      <Panel title={t("sessions.title")}>
        <Sessions />
      </Panel>
      {!me.administrator && (
        <Panel title={t("deletion.action")}>
          <OwnDeletion user={me.name} />
        </Panel>
      )}
    </div>
  );
}

/** By what the user logs in: a password, a provider, or both. */
function LoginPanels({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const { data: hub } = useQuery(hubInfoQuery());
  const { data, error, refetch } = useQuery(identitiesQuery());
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data || !hub) return <Skeleton height="8rem" radius="lg" />;
  return (
    <>
      <Panel title={t("password.title")}>
        {data.hasPassword ? (
          <PasswordForm user={me.name} />
        ) : (
          <p className={classes.text}>
            {t("identity.noPassword", { name: hub.oidc?.name ?? t("identity.other") })}
          </p>
        )}
      </Panel>
      <IdentityPanel identities={data} providerName={hub.oidc?.name} />
    </>
  );
}

function Sessions() {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className={classes.text}>{t("sessions.text")}</p>
      <Button className={classes.start} variant="default" onClick={() => setAsking(true)}>
        {t("sessions.end")}
      </Button>
      {isAsking && (
        <Question
          title={t("sessions.endTitle")}
          text={t("sessions.endText")}
          action={t("sessions.end")}
          run={logOutEverywhere}
          onDone={() => queryClient.invalidateQueries(meQuery())}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
