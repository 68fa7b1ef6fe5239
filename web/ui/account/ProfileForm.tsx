import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/api/contract/me.ts";
import { changeProfile } from "../../account-api.ts";
import { meQuery } from "../../queries.ts";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { IconField } from "../form/IconField.tsx";
import { useForm } from "../form/use-form.ts";

/** How the user is shown to others. */
export function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const state = useForm({
    initial: { displayName: me.displayName ?? "", icon: me.icon ?? "" },
    send: ({ displayName, icon }) => changeProfile({ displayName: displayName.trim(), icon }),
    onDone: (changed) => queryClient.setQueryData(meQuery().queryKey, changed),
  });
  return (
    <Form state={state}>
      <IconField
        name={me.name}
        icon={state.values.icon}
        error={state.errorOf("icon")}
        onChange={(icon) => state.set({ icon })}
      />
      <TextInput
        {...state.text("displayName")}
        label={t("profile.displayName")}
        placeholder={me.name}
        autoComplete="name"
        maxLength={255}
      />
      <FormActions state={state} submit={t("settings.save")} done={t("settings.saved")} />
    </Form>
  );
}
