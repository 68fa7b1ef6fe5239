import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { logIn, oidcLoginAddress } from "../account-api.ts";
import { hasStatus } from "../http.ts";
import { keptInvitation } from "../kept-invitation.ts";
import { toLoginState } from "../local-path.ts";
import { hubInfoQuery, meQuery } from "../queries.ts";
import { LoginProblem } from "../ui/account/LoginProblem.tsx";
import { useGoOn } from "../ui/account/use-go-on.ts";
import { Form } from "../ui/form/Form.tsx";
import { FormActions } from "../ui/form/FormActions.tsx";
import { useForm } from "../ui/form/use-form.ts";
import { useTitle } from "../ui/use-title.ts";
import classes from "./EntrancePage.module.css";

/** Logging in, and going on to where the reader was to go. */
export function LoginPage() {
  const { t } = useTranslation("account");
  const search = toLoginState(useSearch({ from: "/login" }));
  const next = search.next ?? "/";
  useTitle(t("login.title"));
  useGoOn(next);
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t("login.title")}</h1>
      <div className={classes.box}>
        <LoginProblem {...search} />
        <ProviderButton next={next} />
        <LoginForm />
      </div>
      <OtherWay next={next} />
    </div>
  );
}

/** By the provider that the hub has, if it has one. */
function ProviderButton({ next }: { next: string }) {
  const { t } = useTranslation("account");
  const { data } = useQuery(hubInfoQuery());
  if (!data?.oidc) return null;
  return (
    <>
      <Button
        component="a"
        fullWidth
        variant="default"
        size="md"
        href={oidcLoginAddress(next)}
        className={classes.provider}
      >
        {t("login.by", { name: data.oidc.name })}
      </Button>
      <p className={classes.or}>{t("login.or")}</p>
    </>
  );
}

function LoginForm() {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const state = useForm({
    initial: { name: "", password: "" },
    check: ({ name, password }) => ({
      name: name.trim() === "" ? t("login.nameMissing") : undefined,
      password: password === "" ? t("login.passwordMissing") : undefined,
    }),
    send: ({ name, password }) => logIn({ name: name.trim(), password }),
    onDone: (me) => queryClient.setQueryData(meQuery().queryKey, me),
  });
  const isWrong = hasStatus(state.failure, 401);
  return (
    <Form state={state}>
      <TextInput
        {...state.text("name")}
        label={t("login.name")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={255}
        autoFocus
      />
      <PasswordInput
        {...state.text("password")}
        label={t("login.password")}
        autoComplete="current-password"
        maxLength={1024}
      />
      <FormActions
        state={state}
        submit={t("login.submit")}
        failureTitle={isWrong ? t("login.wrong") : undefined}
      />
    </Form>
  );
}

function OtherWay({ next }: { next: string }) {
  const { t } = useTranslation("account");
  const { data } = useQuery(hubInfoQuery());
  if (!data) return null;
  if (data.registration === "closed" && keptInvitation() === undefined) {
    return data.oidc ? null : <p className={classes.other}>{t("login.closed")}</p>;
  }
  return (
    <p className={classes.other}>
      {t("login.new")}{" "}
      <Link to="/register" search={next === "/" ? {} : { next }}>
        {t("login.register")}
      </Link>
    </p>
  );
}
