import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../../src/resources/kinds.ts";
import { organizationQuery } from "../../queries.ts";
import panelClasses from "../account/AccountPanels.module.css";
import { VISIBILITIES } from "../account/visibilities.ts";
import { DeletePanel } from "../DeletePanel.tsx";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { IconField } from "../form/IconField.tsx";
import { useSettings } from "../form/use-settings.ts";
import { Panel } from "../Panel.tsx";
import { InvitationsPanel } from "./InvitationsPanel.tsx";
import { LeavePanel } from "./LeavePanel.tsx";

interface OrganizationSettingsProps {
  organization: Organization;
  /** Owners change, other members see. */
  isOwner: boolean;
}

/** How an organization is shown, what its new repositories are, leaving it, and taking it away. */
export function OrganizationSettings({ organization, isOwner }: OrganizationSettingsProps) {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const { name } = organization.metadata;
  const count = organization.status?.repositoryCount ?? 0;
  return (
    <div className={panelClasses.panels}>
      <Panel title={t("settings.shown")}>
        <p className={panelClasses.text}>{t("organization.rename", { name })}</p>
        <SettingsForm organization={organization} isOwner={isOwner} />
      </Panel>
      {isOwner && <InvitationsPanel organization={name} />}
      <LeavePanel organization={organization} />
      {isOwner && (
        <DeletePanel
          resource={organization}
          name={name}
          title={t("organization.delete")}
          question={t("organization.deleteTitle", { name })}
          text={t("organization.deleteText")}
          disabledBecause={count > 0 ? t("organization.notEmpty", { count }) : undefined}
          leave={() => navigate({ to: "/account" })}
        />
      )}
    </div>
  );
}

function SettingsForm({ organization, isOwner }: OrganizationSettingsProps) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const { metadata, spec } = organization;
  const state = useSettings({
    resource: organization,
    initial: {
      displayName: spec.displayName ?? "",
      description: spec.description ?? "",
      url: spec.url ?? "",
      icon: spec.icon ?? "",
      defaultVisibility: spec.defaultVisibility ?? ("public" as const),
    },
    toSpec: ({ displayName, description, url, icon, defaultVisibility }) => ({
      displayName: displayName.trim() || undefined,
      description: description.trim() || undefined,
      url: url.trim() || undefined,
      icon: icon || undefined,
      defaultVisibility,
    }),
    onDone: (saved) => queryClient.setQueryData(organizationQuery(metadata.name).queryKey, saved),
  });
  return (
    <Form state={state}>
      <IconField
        name={metadata.name}
        icon={state.values.icon}
        error={state.errorOf("icon")}
        onChange={(icon) => state.set({ icon })}
      />
      <TextInput
        {...state.text("displayName")}
        label={t("profile.displayName")}
        placeholder={metadata.name}
        autoComplete="off"
        maxLength={255}
      />
      <Textarea {...state.text("description")} label={t("settings.description")} rows={3} maxLength={1000} />
      <TextInput {...state.text("url")} label={t("settings.url")} autoComplete="off" maxLength={2048} />
      <NativeSelect
        name="defaultVisibility"
        label={t("settings.defaultVisibility")}
        description={t("settings.defaultVisibilityHint")}
        value={state.values.defaultVisibility}
        onChange={(event) =>
          state.set({ defaultVisibility: event.currentTarget.value === "private" ? "private" : "public" })
        }
        data={VISIBILITIES.map((value) => ({ value, label: t(`visibility.${value}`) }))}
      />
      <FormActions
        state={state}
        submit={t("settings.save")}
        done={t("settings.saved")}
        disabledBecause={isOwner ? undefined : t("organization.ownersAlone")}
      />
    </Form>
  );
}
