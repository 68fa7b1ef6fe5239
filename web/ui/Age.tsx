import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatAge, formatTime } from "./format.ts";

/** How long ago that was, in little room, the exact time on hover; nothing when it is no time. */
export function Age({ value }: { value: string }) {
  const { i18n } = useTranslation();
  const [now] = useState(() => new Date());
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return null;
  return (
    <time dateTime={value} title={formatTime(time, i18n.language)}>
      {formatAge(time, now, i18n.language, "narrow")}
    </time>
  );
}
