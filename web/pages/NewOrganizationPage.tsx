import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Visibility } from "../../src/resources/organization.ts";
import { hasStatus } from "../http.ts";
import { meQuery } from "../queries.ts";
import { createOrganization } from "../resource-api.ts";
import { isAccountName } from "../ui/account/account-rules.ts";
import { ErrorState } from "../ui/ErrorState.tsx";
import { Form } from "../ui/form/Form.tsx";
import { FormActions } from "../ui/form/FormActions.tsx";
import { useForm } from "../ui/form/use-form.ts";
import { VISIBILITIES } from "../ui/account/visibilities.ts";
import { LogInFirst } from "../ui/LogInFirst.tsx";
import { Panel } from "../ui/Panel.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./NewOrganizationPage.module.css";

/** Making an organization, whose owner is who makes it. */
export function NewOrganizationPage() {
  const { t } = useTranslation("account");
  const { data, error, refetch } = useQuery(meQuery());
  useTitle(t("newOrganization.title"));
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data?.name === "") return <LogInFirst />;
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t("newOrganization.title")}</h1>
      <p className={classes.text}>{t("newOrganization.text")}</p>
      <Panel title={t("newOrganization.panel")}>
        <NewOrganizationForm />
      </Panel>
    </div>
  );
}

function NewOrganizationForm() {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const state = useForm({
    initial: { name: "", displayName: "", description: "", defaultVisibility: "public" as Visibility },
    check: ({ name }) => ({ name: isAccountName(name) ? undefined : t("rules.name") }),
    send: ({ name, displayName, description, defaultVisibility }) =>
      createOrganization(name, {
        defaultVisibility,
        ...(displayName.trim() && { displayName: displayName.trim() }),
        ...(description.trim() && { description: description.trim() }),
      }),
    async onDone({ metadata: { name } }) {
      await queryClient.invalidateQueries(meQuery());
      await navigate({ to: "/o/$organization", params: { organization: name }, search: { view: "members" } });
    },
  });
  const isTaken = hasStatus(state.failure, 403, 409);
  return (
    <Form state={state}>
      <TextInput
        {...state.text("name")}
        {...(isTaken && { error: t("newOrganization.taken") })}
        label={t("newOrganization.name")}
        description={t("newOrganization.nameHint", { host: window.location.host })}
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
      <Textarea
        {...state.text("description")}
        label={t("settings.description")}
        description={t("register.optional")}
        rows={2}
        maxLength={1000}
      />
      <NativeSelect
        name="defaultVisibility"
        label={t("settings.defaultVisibility")}
        description={t("settings.defaultVisibilityHint")}
        value={state.values.defaultVisibility}
        onChange={(event) => state.set({ defaultVisibility: event.currentTarget.value as Visibility })}
        data={VISIBILITIES.map((value) => ({ value, label: t(`visibility.${value}`) }))}
      />
      <FormActions
        state={isTaken ? { ...state, failure: undefined } : state}
        submit={t("newOrganization.submit")}
      />
    </Form>
  );
}
