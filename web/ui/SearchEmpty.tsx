import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SearchState } from "../url-state.ts";
import { EmptyState } from "./EmptyState.tsx";
import classes from "./State.module.css";

/** Nothing was found: look wider, see everything, or push it yourself. */
export function SearchEmpty({ state }: { state: SearchState }) {
  const { t } = useTranslation();
  const hasFilters = Boolean(state.keyword ?? state.organization ?? state.type ?? state.platform);
  const hasText = state.q !== undefined;
  return (
    <EmptyState title={t("searchEmpty.title")}>
      <p>{t(hasFilters ? "searchEmpty.filters" : "searchEmpty.text")}</p>
      <div className={classes.actions}>
        {hasFilters && hasText && (
          <Button renderRoot={(props) => <Link to="/search" search={{ q: state.q ?? "" }} {...props} />}>
            {t("searchEmpty.withoutFilters")}
          </Button>
        )}
        <Button
          variant={hasFilters && hasText ? "default" : "filled"}
          renderRoot={(props) => <Link to="/search" search={{ sort: "pulls" }} {...props} />}
        >
          {t("notFound.browse")}
        </Button>
        <Button variant="default" renderRoot={(props) => <Link to="/push" {...props} />}>
          {t("layout.push")}
        </Button>
      </div>
    </EmptyState>
  );
}
