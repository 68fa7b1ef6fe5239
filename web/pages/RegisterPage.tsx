import { PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { logIn, register } from "../account-api.ts";
import { forgetInvitation, keptInvitation } from "../kept-invitation.ts";
import { toLocalPath } from "../local-path.ts";
import { invitationQuery } from "../organization-queries.ts";
import { hubInfoQuery, meQuery } from "../queries.ts";
import { isAccountName, isGoodPassword } from "../ui/account/account-rules.ts";
import { useGoOn } from "../ui/account/use-go-on.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Form } from "../ui/form/Form.tsx";
import { FormActions } from "../ui/form/FormActions.tsx";
import { useForm } from "../ui/form/use-form.ts";
import { useTitle } from "../ui/use-title.ts";
import classes from "./EntrancePage.module.css";

/** Making an account, where the hub lets anybody do so, or by an invitation; it is logged in at once. */
export function RegisterPage() {
  const { t } = useTranslation("account");
  const next = toLocalPath(useSearch({ from: "/register" }).next) ?? "/";
  const { data } = useQuery(hubInfoQuery());
  const [secret] = useState(keptInvitation);
  const invitation = useQuery(invitationQuery(secret));
  const offer = invitation.data;
  useTitle(t("register.title"));
  // By registering with an invitation: it is used up then, and its page has nothing more to say.
  const [joined, setJoined] = useState<string>();
  useGoOn(joined === undefined ? next : `/o/${joined}`);
  if (data?.registration === "closed" && invitation.isLoading) return null;
  if (data?.registration === "closed" && !offer) {
    return <EmptyState title={t("register.closed")}>{t("register.closedText")}</EmptyState>;
  }
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t("register.title")}</h1>
      <div className={classes.box}>
        {offer && <p className={classes.invited}>{t("register.invited", offer)}</p>}
        <RegisterForm invitation={offer && secret} onMade={() => setJoined(offer?.organization)} />
      </div>
      <p className={classes.other}>
        {t("register.known")}{" "}
        <Link to="/login" search={next === "/" ? {} : { next }}>
          {t("login.submit")}
        </Link>
      </p>
    </div>
  );
}

interface RegisterFormProps {
  /** The secret of the one by which the account is made. */
  invitation: string | undefined;
  onMade: () => void;
}

function RegisterForm({ invitation, onMade }: RegisterFormProps) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const state = useForm({
    initial: { name: "", displayName: "", password: "" },
    check: ({ name, password }) => ({
      name: isAccountName(name) ? undefined : t("rules.name"),
      password: isGoodPassword(password) ? undefined : t("rules.password"),
    }),
    async send({ name, displayName, password }) {
      await register({
        name,
        password,
        ...(displayName.trim() && { displayName: displayName.trim() }),
        ...(invitation !== undefined && { invitation }),
      });
      forgetInvitation();
      onMade();
      return logIn({ name, password });
    },
    onDone: (me) => queryClient.setQueryData(meQuery().queryKey, me),
  });
  return (
    <Form state={state}>
      <TextInput
        {...state.text("name")}
        label={t("login.name")}
        description={t("register.nameHint")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
        autoFocus
      />
      <TextInput
        {...state.text("displayName")}
        label={t("profile.displayName")}
        description={t("register.optional")}
        autoComplete="name"
        maxLength={255}
      />
      <PasswordInput
        {...state.text("password")}
        label={t("login.password")}
        description={t("rules.password")}
        autoComplete="new-password"
        maxLength={1024}
      />
      <FormActions state={state} submit={t("register.submit")} />
    </Form>
  );
}
