import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { hubInfoQuery } from "../queries.ts";
import classes from "./Footer.module.css";

/** Which hub this is, and where programs find the same. */
export function Footer() {
  const { t } = useTranslation();
  const { data } = useQuery(hubInfoQuery());
  return (
    <footer className={classes.footer}>
      <div className={classes.bar}>
        <span>
          ImageHub {data?.version} · <code>{window.location.host}</code>
        </span>
        <nav className={classes.links} aria-label={t("layout.programs")}>
          <a href="/api/v1/openapi.json">{t("layout.api")}</a>
          <a href="/apis/imagehub.sealos.io/v1">Kubernetes API</a>
        </nav>
      </div>
    </footer>
  );
}
