import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./CommandLine.module.css";

/** A command to copy; a long one is broken, so that all of it is seen. `label` names it for who cannot see it. */
export function CommandLine({ command, label }: { command: string; label: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.box}>
      <pre className={classes.line} aria-label={label}>
        <code>{breakable(command)}</code>
      </pre>
      <CopyButton text={command} label={t("copy.command")} />
    </div>
  );
}

/** The command, with places where it may be broken in two: names of images are long and have no spaces. */
function breakable(command: string) {
  return command.split(/(?<=[/:]|\s(?=--)|(?<=\s--\S+)\s)/).map((part, index) => (
    // The parts of one command never change places, so their index is a key.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>
      {part.startsWith("--") ? <span className={classes.flag}>{part}</span> : part}
      <wbr />
    </Fragment>
  ));
}
