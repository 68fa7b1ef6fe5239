import { useTranslation } from "react-i18next";
import classes from "./Platforms.module.css";

/** Platforms named; more are a number, with all of them on hover. */
const PLATFORMS_SHOWN = 2;

/** Platforms in short: `amd64 · arm64 +3`. The system is named when it is not Linux, variants are not. */
export function Platforms({ platforms }: { platforms: readonly string[] }) {
  const { t } = useTranslation();
  if (platforms.length === 0) return null;
  const names = [...new Set(platforms.map(shorten))];
  const more = names.length - PLATFORMS_SHOWN;
  return (
    <span className={classes.platforms} title={platforms.join("\n")}>
      <span className="visually-hidden">{t("facts.platforms", { platforms: platforms.join(", ") })}</span>
      <span aria-hidden>
        {names.slice(0, PLATFORMS_SHOWN).join(" · ")}
        {more > 0 && ` +${more}`}
      </span>
    </span>
  );
}

function shorten(platform: string): string {
  const [os, architecture = ""] = platform.split("/");
  return os === "linux" ? architecture : `${os}/${architecture}`;
}
