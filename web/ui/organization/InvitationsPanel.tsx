import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitation, InvitationShownOnce } from "../../../src/api/contract/invitations.ts";
import { hasStatus } from "../../http.ts";
import { revokeInvitation } from "../../organization-api.ts";
import { invitationsQuery } from "../../organization-queries.ts";
import panelClasses from "../account/AccountPanels.module.css";
import { RoleName } from "../account/RoleName.tsx";
import classes from "../account/TokenTable.module.css";
import { CommandLine } from "../CommandLine.tsx";
import { ErrorState } from "../ErrorState.tsx";
import { formatTime } from "../format.ts";
import { Panel } from "../Panel.tsx";
import { Question } from "../Question.tsx";
import { NewInvitationForm } from "./NewInvitationForm.tsx";

/** Links by which people join the organization: making one, those that are good, and taking one back. */
export function InvitationsPanel({ organization }: { organization: string }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const [made, setMade] = useState<InvitationShownOnce>();
  return (
    <Panel title={t("invitations.title")}>
      {made ? (
        <MadeInvitation made={made} onClose={() => setMade(undefined)} />
      ) : (
        <>
          <p className={panelClasses.text}>{t("invitations.text")}</p>
          <NewInvitationForm
            organization={organization}
            onMade={(invitation) => {
              setMade(invitation);
              void queryClient.invalidateQueries({ queryKey: invitationsQuery(organization).queryKey });
            }}
          />
        </>
      )}
      <Invitations organization={organization} />
    </Panel>
  );
}

function MadeInvitation({ made, onClose }: { made: InvitationShownOnce; onClose: () => void }) {
  const { t } = useTranslation("account");
  return (
    <>
      <p role="status">{t("invitations.once")}</p>
      <CommandLine command={made.url} label={t("invitations.link")} copy={t("invitations.copy")} />
      <Button className={panelClasses.start} variant="default" onClick={onClose}>
        {t("token.kept")}
      </Button>
    </>
  );
}

function Invitations({ organization }: { organization: string }) {
  const { data, error, refetch } = useQuery(invitationsQuery(organization));
  const [revoked, setRevoked] = useState<Invitation>();
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <>
      {data === undefined && <Skeleton height="3rem" radius="md" />}
      <ul className={classes.tokens}>
        {data?.map((invitation) => (
          <InvitationRow
            key={invitation.id}
            invitation={invitation}
            onRevoke={() => setRevoked(invitation)}
          />
        ))}
      </ul>
      {revoked && <RevokeQuestion invitation={revoked} onClose={() => setRevoked(undefined)} />}
    </>
  );
}

function InvitationRow({ invitation, onRevoke }: { invitation: Invitation; onRevoke: () => void }) {
  const { t, i18n } = useTranslation("account");
  const { role, usesLeft, createdBy, expiresAt } = invitation;
  const time = formatTime(new Date(expiresAt), i18n.language, "short");
  return (
    <li className={classes.token}>
      <div className={classes.words}>
        <h3 className={classes.name}>
          <RoleName role={role} /> {t("invitations.usesLeft", { count: usesLeft })}
        </h3>
        <p className={classes.facts}>
          {t("invitations.by", { name: createdBy })}
          {" · "}
          {t("tokens.until", { time })}
        </p>
      </div>
      <Button variant="default" size="xs" onClick={onRevoke}>
        {t("tokens.revoke")}
      </Button>
    </li>
  );
}

function RevokeQuestion({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const { organization } = invitation;
  return (
    <Question
      title={t("invitations.revokeTitle")}
      text={t("invitations.revokeText")}
      action={t("tokens.revoke")}
      run={() =>
        revokeInvitation(invitation).catch((error: unknown) => {
          // Used up or revoked meanwhile: what was wanted is so.
          if (!hasStatus(error, 404)) throw error;
        })
      }
      onDone={() => queryClient.invalidateQueries({ queryKey: invitationsQuery(organization).queryKey })}
      onClose={onClose}
    />
  );
}
