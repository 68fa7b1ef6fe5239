import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatAge, formatTime } from "./format.ts";

/** How long ago that was, `narrow` where there is little room; the exact time on hover. Nothing for what is no time. */
export function Age({ value, length = "long" }: { value: string; length?: "long" | "narrow" }) {
  const { i18n } = useTranslation();
  const [now] = useState(() => new Date());
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return null;
  return (
    <time dateTime={value} title={formatTime(time, i18n.language)}>
      {formatAge(time, now, i18n.language, length)}
    </time>
  );
}
