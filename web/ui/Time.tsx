import { Tooltip } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatAge, formatTime } from "./format.ts";

/** How long ago that was; the exact time on hover and on focus. */
export function Time({ value }: { value: string }) {
  const { i18n } = useTranslation();
  const [now] = useState(() => new Date());
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return null;
  return (
    <Tooltip label={formatTime(time, i18n.language)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={value} tabIndex={0}>
        {formatAge(time, now, i18n.language)}
      </time>
    </Tooltip>
  );
}
