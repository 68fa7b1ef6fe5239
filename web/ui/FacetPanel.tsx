import { useMediaQuery } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import IconX from "@tabler/icons-react/icons/IconX";
import { useTranslation } from "react-i18next";
import type { FacetCount } from "../../src/api/contract/search.ts";
import { searchPagesQuery } from "../queries.ts";
import type { SearchState } from "../url-state.ts";
import { formatCount } from "./format.ts";
import classes from "./FacetPanel.module.css";

const FACETS = ["keyword", "type", "platform", "organization"] as const;
type Facet = (typeof FACETS)[number];

/** Where the filters stand beside the results; narrower, they fold away above them. As in FacetPanel.module.css. */
const WIDE = "(min-width: 60.01em)";

/** Values of one facet; more are found by narrowing further. */
const VALUES_SHOWN = 10;

/** Ways to narrow the results, and the ones already taken, to take back. */
export function FacetPanel({ state }: { state: SearchState }) {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery(searchPagesQuery(state));
  const isWide = useMediaQuery(WIDE, window.matchMedia(WIDE).matches);
  const facets = data?.pages[0]?.facets;
  return (
    <details className={classes.panel} open={isWide}>
      <summary className={classes.summary}>{t("facets.title")}</summary>
      {FACETS.map((facet) => (
        <FacetList key={facet} facet={facet} counts={facets?.[facet] ?? []} state={state} />
      ))}
    </details>
  );
}

function FacetList({ facet, counts, state }: { facet: Facet; counts: FacetCount[]; state: SearchState }) {
  const { t } = useTranslation();
  const chosen = state[facet];
  if (chosen === undefined && counts.length === 0) return null;
  return (
    <section className={classes.facet}>
      <h2 className={classes.title}>{t(`facets.${facet}`)}</h2>
      <ul className={classes.values}>
        {chosen === undefined ? (
          counts
            .slice(0, VALUES_SHOWN)
            .map((count) => <FacetValue key={count.value} {...{ facet, count, state }} />)
        ) : (
          <ChosenValue facet={facet} value={chosen} state={state} />
        )}
      </ul>
    </section>
  );
}

function FacetValue({ facet, count, state }: { facet: Facet; count: FacetCount; state: SearchState }) {
  const { i18n } = useTranslation();
  return (
    <li>
      <Link
        className={classes.value}
        to="/search"
        search={{ ...state, [facet]: count.value }}
        title={count.value}
      >
        <span className={classes.name}>{count.value}</span>
        <span className={classes.count}>{formatCount(count.count, i18n.language)}</span>
      </Link>
    </li>
  );
}

function ChosenValue({ facet, value, state }: { facet: Facet; value: string; state: SearchState }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link className={classes.chosen} to="/search" search={without(state, facet)} title={value}>
        <span className={classes.name}>{value}</span>
        <IconX size="0.9375rem" aria-hidden />
        <span className="visually-hidden">{t("facets.remove")}</span>
      </Link>
    </li>
  );
}

function without(state: SearchState, facet: Facet): SearchState {
  const { [facet]: _, ...rest } = state;
  return rest;
}
