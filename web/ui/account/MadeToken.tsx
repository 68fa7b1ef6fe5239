import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { tokenLoginCommands } from "../commands.ts";
import { CommandLine } from "../CommandLine.tsx";
import { hubAddress } from "../hub-address.ts";
import { Panel } from "../Panel.tsx";
import classes from "./AccountPanels.module.css";

interface MadeTokenProps {
  title: string;
  /** As whom docker logs in with it. */
  user: string;
  token: string;
  onClose: () => void;
}

/** A token that was just made, which is shown this once, and the commands that use it. */
export function MadeToken({ title, user, token, onClose }: MadeTokenProps) {
  const { t } = useTranslation("account");
  const commands = tokenLoginCommands({ user, token }, hubAddress());
  return (
    <Panel title={title}>
      <p role="status">{t("token.once")}</p>
      <CommandLine command={token} label={t("token.itself")} copy={t("token.copy")} />
      <p className={classes.text}>{t("token.use")}</p>
      {commands.map(({ tool, line }) => (
        <CommandLine key={tool} command={line} label={tool} />
      ))}
      <Button className={classes.start} variant="default" onClick={onClose}>
        {t("token.kept")}
      </Button>
    </Panel>
  );
}
