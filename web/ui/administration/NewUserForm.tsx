import { Button, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { register } from "../../account-api.ts";
import { createPasswordReset } from "../../administration-api.ts";
import { isAccountName } from "../account/account-rules.ts";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { useForm } from "../form/use-form.ts";
import panelClasses from "../account/AccountPanels.module.css";
import type { MadeLink } from "./ResetLink.tsx";

interface NewUserFormProps {
  onMade: (link: MadeLink) => void;
  onCancel: () => void;
}

/** An account for somebody else, who alone is to know its password: by a link. */
export function NewUserForm({ onMade, onCancel }: NewUserFormProps) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: { name: "", displayName: "" },
    check: ({ name }) => ({ name: isAccountName(name) ? undefined : t("rules.name") }),
    async send({ name, displayName }) {
      const password = unknownPassword();
      await register({ name, password, ...(displayName.trim() && { displayName: displayName.trim() }) });
      const { url, expiresAt } = await createPasswordReset(name);
      return { user: name, url, expiresAt };
    },
    onDone: onMade,
  });
  return (
    <Form state={state}>
      <p className={panelClasses.text}>{t("users.newText")}</p>
      <TextInput
        {...state.text("name")}
        label={t("login.name")}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
        autoFocus
      />
      <TextInput
        {...state.text("displayName")}
        label={t("profile.displayName")}
        description={t("register.optional")}
        autoComplete="off"
        maxLength={255}
      />
      <FormActions state={state} submit={t("users.make")}>
        <Button variant="default" onClick={onCancel}>
          {t("question.cancel")}
        </Button>
      </FormActions>
    </Form>
  );
}

/** That nobody ever sees: 256 random bits. */
function unknownPassword(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
