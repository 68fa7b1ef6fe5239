import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "../account/AccountPanels.module.css";
import { CommandLine } from "../CommandLine.tsx";
import { formatTime } from "../format.ts";
import { Panel } from "../Panel.tsx";

/** A link by which a user sets a password. */
export interface MadeLink {
  user: string;
  url: string;
  expiresAt: string;
}

/** A link that was just made, which is shown this once. */
export function ResetLink({
  link: { user, url, expiresAt },
  onClose,
}: {
  link: MadeLink;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation("account");
  const time = formatTime(new Date(expiresAt), i18n.language, "short");
  return (
    <Panel title={t("users.link", { name: user })}>
      <p role="status">{t("users.linkText", { time })}</p>
      <CommandLine command={url} label={t("users.link", { name: user })} copy={t("invitations.copy")} />
      <Button className={classes.start} variant="default" onClick={onClose}>
        {t("token.kept")}
      </Button>
    </Panel>
  );
}
