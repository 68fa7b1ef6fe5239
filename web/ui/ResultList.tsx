import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SearchQuery } from "../../src/api/contract/search.ts";
import { isExpired } from "../http.ts";
import { searchPagesQuery } from "../queries.ts";
import { ErrorState } from "./ErrorState.tsx";
import { RepositoryGrid, RepositoryGridSkeleton } from "./RepositoryGrid.tsx";
import classes from "./ResultList.module.css";

/** Everything that a search finds, a page at a time. */
export function ResultList({ query, empty }: { query: SearchQuery; empty: React.ReactNode }) {
  const { t } = useTranslation();
  const results = useInfiniteQuery(searchPagesQuery(query));
  const { data, error, refetch } = results;
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <RepositoryGridSkeleton count={9} />;
  const first = data.pages[0];
  if (!first || first.total === 0) return empty;
  return (
    <>
      <h2 className={classes.count}>
        <span role="status">
          {t(first.totalIsEstimate ? "results.about" : "results.count", { count: first.total })}
        </span>
      </h2>
      <div className={classes.items} aria-busy={results.isPlaceholderData}>
        <RepositoryGrid items={data.pages.flatMap((page) => page.items)} />
      </div>
      {results.isFetchNextPageError && error && (
        <ErrorState
          error={error}
          retry={() => void (isExpired(error) ? refetch() : results.fetchNextPage())}
        />
      )}
      {results.hasNextPage && !results.isFetchNextPageError && (
        <div className={classes.more}>
          <Button
            variant="default"
            loading={results.isFetchingNextPage}
            onClick={() => void results.fetchNextPage()}
          >
            {t("results.more")}
          </Button>
        </div>
      )}
    </>
  );
}
