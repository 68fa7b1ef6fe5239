import { PasswordInput } from "@mantine/core";
import { Link, useRouter, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { resetPassword } from "../account-api.ts";
import { ApiError } from "../http.ts";
import { isGoodPassword } from "../ui/account/account-rules.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Form } from "../ui/form/Form.tsx";
import { FormActions } from "../ui/form/FormActions.tsx";
import { useForm } from "../ui/form/use-form.ts";
import { useTitle } from "../ui/use-title.ts";
import classes from "./EntrancePage.module.css";

/** Setting a new password by the one-time code of an administrator's link, which is after the `#`: no log has it. */
export function PasswordResetPage() {
  const { t } = useTranslation("account");
  const code = useRouterState({ select: ({ location }) => location.hash });
  const [isDone, setDone] = useState(false);
  const { history } = useRouter();
  useTitle(t("reset.title"));

  function finish() {
    setDone(true);
    // Used up: of no use in the browser's history.
    history.replace("/password-reset");
  }

  if (isDone) {
    return (
      <EmptyState title={t("reset.done")}>
        <Link to="/login">{t("login.submit")}</Link>
      </EmptyState>
    );
  }
  if (code === "") return <EmptyState title={t("reset.noCode")}>{t("reset.noCodeText")}</EmptyState>;
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t("reset.title")}</h1>
      <div className={classes.box}>
        <ResetForm key={code} code={code} onDone={finish} />
      </div>
      <p className={classes.other}>{t("reset.text")}</p>
    </div>
  );
}

function ResetForm({ code, onDone }: { code: string; onDone: () => void }) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: isGoodPassword(password) ? undefined : t("rules.password") }),
    send: ({ password }) => resetPassword({ code, password }),
    onDone,
  });
  const isOver = state.failure instanceof ApiError && state.failure.fields.has("code");
  return (
    <Form state={state}>
      <PasswordInput
        {...state.text("password")}
        label={t("password.new")}
        description={t("rules.password")}
        autoComplete="new-password"
        maxLength={1024}
        autoFocus
      />
      <FormActions
        state={state}
        submit={t("reset.submit")}
        failureTitle={isOver ? t("reset.over") : undefined}
      />
    </Form>
  );
}
