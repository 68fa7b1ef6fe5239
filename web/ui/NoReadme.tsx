import { useTranslation } from "react-i18next";
import { CommandLine } from "./CommandLine.tsx";
import { EmptyState } from "./EmptyState.tsx";

/** The image brings no README: how to give it one. */
export function NoReadme() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t("readme.none")}>
      <p>{t("readme.noneText")}</p>
      <CommandLine command="COPY README.md /" label="Dockerfile" />
    </EmptyState>
  );
}
