import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { InvitationOffer } from "../../src/api/contract/invitations.ts";
import { hasStatus } from "../http.ts";
import { forgetInvitation, keepInvitation, keptInvitation } from "../kept-invitation.ts";
import { acceptInvitation } from "../organization-api.ts";
import { invitationQuery } from "../organization-queries.ts";
import { meQuery } from "../queries.ts";
import { ROLES } from "../ui/account/RoleName.tsx";
import { Avatar } from "../ui/Avatar.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ErrorState } from "../ui/ErrorState.tsx";
import { FormFailure } from "../ui/form/FormFailure.tsx";
import { useMe } from "../ui/use-me.ts";
import { useTitle } from "../ui/use-title.ts";
import classes from "./EntrancePage.module.css";

/** What an invitation is to, and accepting it: at once, or after logging in or making an account. */
export function InvitationPage() {
  const { t } = useTranslation("account");
  const secret = useSecret();
  const { data, error, refetch } = useQuery(invitationQuery(secret));
  useTitle(t("invitation.title"));
  if (secret === undefined)
    return <EmptyState title={t("reset.noCode")}>{t("invitation.noSecretText")}</EmptyState>;
  if (hasStatus(error, 404))
    return <EmptyState title={t("invitation.over")}>{t("invitation.overText")}</EmptyState>;
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height="12rem" radius="lg" />;
  return <Offer secret={secret} offer={data} />;
}

/** Of the link, out of whose address it is then taken; or of the link that was opened in this tab before. */
function useSecret(): string | undefined {
  const { history } = useRouter();
  const opened = useRouterState({ select: ({ location }) => location.hash });
  useEffect(() => {
    if (opened === "") return;
    keepInvitation(opened);
    history.replace("/invitations");
  }, [history, opened]);
  return opened === "" ? keptInvitation() : opened;
}

function Offer({ secret, offer }: { secret: string; offer: InvitationOffer }) {
  const { t } = useTranslation("account");
  const { organization, createdBy } = offer;
  const role = ROLES.find((one) => one === offer.role) ?? "reader";
  const me = useMe();
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t("invitation.to", { organization })}</h1>
      <div className={`${classes.box} ${classes.offer}`}>
        <Avatar name={organization} icon={undefined} size="lg" />
        <p>{t("invitation.text", { by: createdBy, role: t(`role.${role}`) })}</p>
        <p className={classes.other}>{t(`roleMeaning.${role}`)}</p>
        {me?.name === "" && <Entrances />}
        {me && me.name !== "" && <JoinButton secret={secret} user={me.displayName ?? me.name} />}
      </div>
    </div>
  );
}

function Entrances() {
  const { t } = useTranslation("account");
  const search = { next: "/invitations" };
  return (
    <>
      <Button fullWidth renderRoot={(props) => <Link to="/register" search={search} {...props} />}>
        {t("register.title")}
      </Button>
      <Button
        fullWidth
        variant="default"
        renderRoot={(props) => <Link to="/login" search={search} {...props} />}
      >
        {t("login.title")}
      </Button>
    </>
  );
}

function JoinButton({ secret, user }: { secret: string; user: string }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const joining = useMutation({
    mutationFn: () => acceptInvitation(secret),
    async onSuccess({ organization }) {
      forgetInvitation();
      await queryClient.invalidateQueries(meQuery());
      await navigate({ to: "/o/$organization", params: { organization }, replace: true });
    },
  });
  return (
    <>
      <FormFailure error={joining.error} />
      <Button fullWidth loading={joining.isPending} onClick={() => joining.mutate()}>
        {t("invitation.join", { user })}
      </Button>
    </>
  );
}
