import { Button, PasswordInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { identitiesQuery } from "../../account-queries.ts";
import { deleteMe } from "../../administration-api.ts";
import { meQuery } from "../../queries.ts";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { useForm } from "../form/use-form.ts";
import { AccountDeletion } from "./AccountDeletion.tsx";
import classes from "./AccountPanels.module.css";

/** Deleting one's own account: by its password, which a session that somebody took does not tell. */
export function OwnDeletion({ user }: { user: string }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState<string>();
  const { data: login } = useQuery(identitiesQuery());

  async function leave() {
    await navigate({ to: "/" });
    await queryClient.invalidateQueries(meQuery());
  }

  if (login?.hasPassword === false) return <p className={classes.text}>{t("deletion.noPassword")}</p>;
  return (
    <>
      <p className={classes.text}>{t("deletion.ownText")}</p>
      {isOpen ? (
        <ConfirmForm user={user} onRight={setPassword} onCancel={() => setOpen(false)} />
      ) : (
        <Button className={classes.start} variant="default" onClick={() => setOpen(true)}>
          {t("deletion.action")}
        </Button>
      )}
      {password !== undefined && (
        <AccountDeletion
          name={user}
          run={(query) => deleteMe(password, query)}
          onDone={leave}
          onClose={() => setPassword(undefined)}
        />
      )}
    </>
  );
}

interface ConfirmFormProps {
  user: string;
  onRight: (password: string) => void;
  onCancel: () => void;
}

function ConfirmForm({ user, onRight, onCancel }: ConfirmFormProps) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: password === "" ? t("password.currentMissing") : undefined }),
    async send({ password }) {
      await deleteMe(password, { dryRun: true });
      return password;
    },
    onDone: onRight,
  });
  return (
    <Form state={state}>
      <input type="hidden" name="username" autoComplete="username" value={user} readOnly />
      <PasswordInput
        {...state.text("password")}
        label={t("password.current")}
        autoComplete="current-password"
        maxLength={1024}
        autoFocus
      />
      <FormActions state={state} submit={t("deletion.goOn")}>
        <Button variant="default" onClick={onCancel}>
          {t("question.cancel")}
        </Button>
      </FormActions>
    </Form>
  );
}
