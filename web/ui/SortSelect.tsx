import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SearchSort } from "../../src/api/contract/search.ts";
import type { SearchState } from "../url-state.ts";
import { Select } from "./Select.tsx";

const SORTS: readonly SearchSort[] = ["relevance", "pulls", "stars", "newest", "name"];

/** In which order the results stand. */
export function SortSelect({ state }: { state: SearchState }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Select
      label={t("sort.label")}
      value={state.sort ?? "relevance"}
      options={SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
      onChange={(sort) =>
        void navigate({ to: "/search", search: { ...state, sort: sort as SearchSort }, replace: true })
      }
    />
  );
}
