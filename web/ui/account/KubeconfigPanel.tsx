import { Button } from "@mantine/core";
import IconDownload from "@tabler/icons-react/icons/IconDownload";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { getKubeconfig } from "../../account-api.ts";
import { tokensQuery } from "../../account-queries.ts";
import { hasStatus } from "../../http.ts";
import { CommandLine } from "../CommandLine.tsx";
import { FormFailure } from "../form/FormFailure.tsx";
import { Panel } from "../Panel.tsx";
import classes from "./AccountPanels.module.css";
import { saveFile } from "./save-file.ts";

/** A file with which kubectl speaks to this hub; it has a token of its own, so the button says that it makes one. */
export function KubeconfigPanel() {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const download = useMutation({
    mutationFn: getKubeconfig,
    onSuccess(text) {
      saveFile("kubeconfig", { text, type: "application/yaml" });
      return queryClient.invalidateQueries({ queryKey: tokensQuery().queryKey });
    },
  });
  const hasNoTls = hasStatus(download.error, 409);
  return (
    <Panel title={t("kubeconfig.title")}>
      <p className={classes.text}>{t("kubeconfig.text")}</p>
      <Button
        className={classes.start}
        variant="default"
        leftSection={<IconDownload size="1rem" />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {t("kubeconfig.download")}
      </Button>
      <FormFailure error={download.error} {...(hasNoTls && { title: t("kubeconfig.noTls") })} />
      {download.isSuccess && (
        <>
          <p role="status" className={classes.text}>
            {t("kubeconfig.done")}
          </p>
          <CommandLine
            command="kubectl --kubeconfig kubeconfig get repositories"
            label={t("kubeconfig.title")}
          />
        </>
      )}
    </Panel>
  );
}
