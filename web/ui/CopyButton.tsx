import { ActionIcon, Tooltip } from "@mantine/core";
import IconCheck from "@tabler/icons-react/icons/IconCheck";
import IconCopy from "@tabler/icons-react/icons/IconCopy";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "./copy-text.ts";

/** Long enough to see whether it worked. */
const OUTCOME_SHOWN_MS = 1500;

/** Copies `text`, or what `text()` gives at the click, and says so. */
export function CopyButton({ text, label }: { text: string | (() => string); label: string }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<"done" | "failed">();
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), OUTCOME_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  function copy() {
    copyText(typeof text === "string" ? text : text()).then(
      () => setOutcome("done"),
      () => setOutcome("failed"),
    );
  }

  const title = outcome ? t(`copy.${outcome}`) : label;
  return (
    <Tooltip label={title} openDelay={300}>
      <ActionIcon variant="subtle" color="gray" size="1.875rem" aria-label={title} onClick={copy}>
        {outcome === "done" ? <IconCheck size="1rem" /> : <IconCopy size="1rem" />}
      </ActionIcon>
    </Tooltip>
  );
}
