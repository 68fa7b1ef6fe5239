import { PasswordInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { changePassword } from "../../account-api.ts";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { useForm } from "../form/use-form.ts";
import { isGoodPassword } from "./account-rules.ts";

const INITIAL = { current: "", password: "" };

/** Another password; only who knows the present one may set it. */
export function PasswordForm({ user }: { user: string }) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: INITIAL,
    check: ({ current, password }) => ({
      current: current === "" ? t("password.currentMissing") : undefined,
      password: isGoodPassword(password) ? undefined : t("rules.password"),
    }),
    send: changePassword,
    isClearedWhenDone: true,
  });
  return (
    <Form state={state}>
      {/* For password managers, which keep a password with its name. */}
      <input type="hidden" name="username" autoComplete="username" value={user} readOnly />
      <PasswordInput
        {...state.text("current")}
        label={t("password.current")}
        autoComplete="current-password"
        maxLength={1024}
      />
      <PasswordInput
        {...state.text("password")}
        label={t("password.new")}
        description={t("password.hint")}
        autoComplete="new-password"
        maxLength={1024}
      />
      <FormActions state={state} submit={t("password.change")} done={t("password.changed")} />
    </Form>
  );
}
