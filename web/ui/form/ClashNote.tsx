import { useTranslation } from "react-i18next";
import type { ClashError } from "../../resource-api.ts";
import classes from "./Form.module.css";

const NAMED = [
  "displayName",
  "description",
  "icon",
  "url",
  "defaultVisibility",
  "visibility",
  "keywords",
] as const;

/** Longer values are known by their beginning. */
const SHOWN_LENGTH = 200;

/** What somebody else made of the fields that were to be changed; nothing is lost, and saving again is meant so. */
export function ClashNote({ error }: { error: ClashError }) {
  const { t } = useTranslation("account");
  const spec = error.current.spec as Record<string, unknown>;
  return (
    <>
      <p>{t("failure.clash")}</p>
      <ul className={classes.clashes}>
        {error.fields.map((field) => {
          const known = NAMED.find((name) => name === field);
          return (
            <li key={field}>
              {known ? t(`field.${known}`) : field}: <q>{textOf(spec[field])}</q>
            </li>
          );
        })}
      </ul>
      <p className={classes.said}>{t("failure.clashNext")}</p>
    </>
  );
}

function textOf(value: unknown): string {
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  return text.slice(0, SHOWN_LENGTH);
}
