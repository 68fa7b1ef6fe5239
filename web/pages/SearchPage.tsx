import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SearchState } from "../url-state.ts";
import { FacetPanel } from "../ui/FacetPanel.tsx";
import { ResultList } from "../ui/ResultList.tsx";
import { SearchEmpty } from "../ui/SearchEmpty.tsx";
import { SortSelect } from "../ui/SortSelect.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./SearchPage.module.css";

/** Results, with the facets to narrow them; all of it is in the URL. */
export function SearchPage() {
  const { t } = useTranslation();
  const state = useSearch({ from: "/search" });
  const title = titleOf(state);
  const heading = title === "" ? t("search.all") : t("search.for", { text: title });
  useTitle(heading);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1 className={classes.title}>{heading}</h1>
        <SortSelect state={state} />
      </div>
      <FacetPanel state={state} />
      <div className={classes.results}>
        <ResultList query={state} empty={<SearchEmpty state={state} />} />
      </div>
    </div>
  );
}

function titleOf(state: SearchState): string {
  return state.q ?? state.keyword ?? state.organization ?? state.platform ?? state.type ?? "";
}
