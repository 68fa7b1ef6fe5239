import { Button } from "@mantine/core";
import IconError404 from "@tabler/icons-react/icons/IconError404";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "./use-me.ts";
import { useNext } from "./use-next.ts";
import { useTitle } from "./use-title.ts";
import classes from "./State.module.css";

interface NotFoundProps {
  title: string;
  text: string;
  /** What to look for instead. */
  search: string;
  /** Whether it may be there for who is logged in. */
  mayBePrivate?: boolean;
}

/** What was asked for is not here, or not for this reader, which look the same. */
export function NotFound({ title, text, search, mayBePrivate = false }: NotFoundProps) {
  const { t } = useTranslation();
  const next = useNext();
  const isAnonymous = useMe()?.name === "";
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
        {mayBePrivate && isAnonymous && (
          <Button variant="default" renderRoot={(props) => <Link to="/login" search={{ next }} {...props} />}>
            {t("session.logIn")}
          </Button>
        )}
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {t("error.home")}
        </Button>
      </div>
    </div>
  );
}
