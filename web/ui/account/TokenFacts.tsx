import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Age } from "../Age.tsx";
import { formatDay, formatTime } from "../format.ts";
import classes from "./TokenTable.module.css";

/** Until when a token is good. */
export function Expiry({ expiresAt }: { expiresAt: string | undefined }) {
  const { t, i18n } = useTranslation("account");
  const [now] = useState(() => Date.now());
  if (expiresAt === undefined) return t("tokens.stays");
  const time = formatDay(new Date(expiresAt), i18n.language);
  const isOver = Date.parse(expiresAt) <= now;
  return (
    <span
      data-over={isOver}
      className={classes.expiry}
      title={formatTime(new Date(expiresAt), i18n.language)}
    >
      {t(isOver ? "tokens.over" : "tokens.until", { time })}
    </span>
  );
}

/** When a token was used last. */
export function LastUse({ lastUsedAt }: { lastUsedAt: string | undefined }) {
  const { t } = useTranslation("account");
  if (lastUsedAt === undefined) return t("tokens.unused");
  return (
    <>
      {t("tokens.used")} <Age value={lastUsedAt} />
    </>
  );
}
