import { useTranslation } from "react-i18next";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./CommandLine.module.css";

/** A command to copy; a long one scrolls inside its own box. `label` names it for who cannot see it. */
export function CommandLine({ command, label }: { command: string; label: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.box}>
      {/* Scrollable by keyboard. */}
      <pre className={classes.line} tabIndex={0} aria-label={label}>
        <code>{command}</code>
      </pre>
      <CopyButton text={command} label={t("copy.command")} />
    </div>
  );
}
