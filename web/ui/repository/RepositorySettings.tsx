import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Repository } from "../../../src/resources/kinds.ts";
import { repositoryQuery } from "../../queries.ts";
import panelClasses from "../account/AccountPanels.module.css";
import { VISIBILITIES } from "../account/visibilities.ts";
import { DeletePanel } from "../DeletePanel.tsx";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { useSettings } from "../form/use-settings.ts";
import { Panel } from "../Panel.tsx";
import { parseKeywords, whyNoKeywords } from "./keywords.ts";

interface RepositorySettingsProps {
  repository: Repository;
  /** Owners alone change who may read. */
  isOwner: boolean;
}

/** Who may read a repository, what it says of itself in place of the image, and taking it away. */
export function RepositorySettings({ repository, isOwner }: RepositorySettingsProps) {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const { name } = repository.spec;
  const organization = name.slice(0, name.indexOf("/"));
  return (
    <div className={panelClasses.panels}>
      <Panel title={t("repository.settings")}>
        <SettingsForm repository={repository} isOwner={isOwner} />
      </Panel>
      <DeletePanel
        resource={repository}
        name={name}
        title={t("repository.delete")}
        question={t("repository.deleteTitle", { name })}
        text={t("repository.deleteText")}
        leave={() => navigate({ to: "/o/$organization", params: { organization } })}
      />
    </div>
  );
}

function SettingsForm({ repository, isOwner }: RepositorySettingsProps) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const { spec, status } = repository;
  const state = useSettings({
    resource: repository,
    initial: {
      visibility: spec.visibility ?? ("public" as const),
      description: spec.description ?? "",
      keywords: (spec.keywords ?? []).join(", "),
    },
    check({ keywords }) {
      const why = whyNoKeywords(keywords);
      return { keywords: why && t(`keywords.${why}`) };
    },
    toSpec({ visibility, description, keywords }) {
      const words = parseKeywords(keywords);
      return {
        visibility,
        description: description.trim() || undefined,
        keywords: words.length === 0 ? undefined : words,
      };
    },
    onDone: (saved) => queryClient.setQueryData(repositoryQuery(spec.name).queryKey, withOwnWords(saved)),
  });
  const found = status?.detail;
  return (
    <Form state={state}>
      <NativeSelect
        name="visibility"
        label={t("repository.visibility")}
        description={isOwner ? undefined : t("repository.ownersAlone")}
        value={state.values.visibility}
        disabled={!isOwner}
        onChange={(event) =>
          state.set({ visibility: event.currentTarget.value === "private" ? "private" : "public" })
        }
        data={VISIBILITIES.map((value) => ({ value, label: t(`visibility.${value}`) }))}
      />
      <Textarea
        {...state.text("description")}
        label={t("settings.description")}
        description={t("repository.fromImage")}
        placeholder={spec.description === undefined ? (found?.description ?? "") : ""}
        rows={3}
        maxLength={1000}
      />
      <TextInput
        {...state.text("keywords")}
        label={t("keywords.label")}
        description={t("keywords.hint")}
        placeholder={spec.keywords === undefined ? (found?.keywords ?? []).join(", ") : ""}
        autoComplete="off"
      />
      <FormActions state={state} submit={t("settings.save")} done={t("settings.saved")} />
    </Form>
  );
}

/** What the user says is shown at once; the hub says the same of it a moment later. */
function withOwnWords(repository: Repository): Repository {
  const { spec, status } = repository;
  const words = {
    ...(spec.description !== undefined && { description: spec.description }),
    ...(spec.keywords !== undefined && { keywords: spec.keywords }),
  };
  return { ...repository, status: { ...status, detail: { ...status?.detail, ...words } } };
}
