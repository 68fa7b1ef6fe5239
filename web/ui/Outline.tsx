import { useTranslation } from "react-i18next";
import type { OutlineEntry } from "./readme/rendered.ts";
import classes from "./Outline.module.css";

/** A README with fewer headings is seen at a glance. */
const FEWEST_ENTRIES = 3;

/** The headings of a README, to jump to; stays in sight beside it. */
export function Outline({ entries }: { entries: readonly OutlineEntry[] }) {
  const { t } = useTranslation();
  if (entries.length < FEWEST_ENTRIES) return null;
  const top = Math.min(...entries.map(({ level }) => level));
  return (
    <nav className={classes.outline} aria-label={t("readme.outline")}>
      <h2 className={classes.title}>{t("readme.outline")}</h2>
      <ul className={classes.entries}>
        {entries.map(({ id, text, level }) => (
          <li key={id} data-depth={level - top}>
            <a className={classes.entry} href={`#${id}`} title={text}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
