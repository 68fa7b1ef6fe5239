import { Button } from "@mantine/core";
import IconError404 from "@tabler/icons-react/icons/IconError404";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTitle } from "./use-title.ts";
import classes from "./State.module.css";

/** What was asked for is not here; `search` is what to look for instead. */
export function NotFound({ title, text, search }: { title: string; text: string; search: string }) {
  const { t } = useTranslation();
  useTitle(title);
  return (
    <div className={classes.state}>
      <div className={classes.icon}>
        <IconError404 size="2.25rem" aria-hidden />
      </div>
      <h1 className={classes.title}>{title}</h1>
      <p className={classes.text}>{text}</p>
      <div className={classes.actions}>
        <Button
          renderRoot={(props) => (
            <Link to="/search" search={search === "" ? { sort: "pulls" } : { q: search }} {...props} />
          )}
        >
          {search === "" ? t("notFound.browse") : t("notFound.search", { text: search })}
        </Button>
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {t("error.home")}
        </Button>
      </div>
    </div>
  );
}
