import { useTranslation } from "react-i18next";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./CommandLine.module.css";

interface CommandLineProps {
  command: string;
  /** Names it for who cannot see it. */
  label: string;
  /** What the button says, where this is no command. */
  copy?: string;
}

/** A command to copy; a long one is broken, so that all of it is seen. */
export function CommandLine({ command, label, copy }: CommandLineProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.box}>
      <pre className={classes.line} aria-label={label}>
        <code>{breakable(command)}</code>
      </pre>
      <CopyButton text={command} label={copy ?? t("copy.command")} />
    </div>
  );
}

/**
 * The command, with places where a line may be broken in two: names of images are long and have no spaces. Boxes and
 * not `<wbr>`, which leaves a trace in the text that is selected and read.
 */
function breakable(command: string) {
  if (command.includes("\n")) return command;
  return command.split(/(?<=[/:\s])/).map((part, index) => (
    // The parts of one command never change places, so their index is a key.
    // oxlint-disable-next-line react/no-array-index-key
    <span key={index} className={classes.part}>
      {part}
    </span>
  ));
}
