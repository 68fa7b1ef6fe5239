import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SearchResult, SearchSort } from "../../src/api/contract/search.ts";
import { searchQuery } from "../queries.ts";
import { ErrorState } from "../ui/ErrorState.tsx";
import { KeywordChips } from "../ui/KeywordChips.tsx";
import { PushGuide } from "../ui/PushGuide.tsx";
import { RepositoryGrid, RepositoryGridSkeleton } from "../ui/RepositoryGrid.tsx";
import { SearchBox } from "../ui/SearchBox.tsx";
import { Section } from "../ui/Section.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./HomePage.module.css";

/** Cards of each list: full rows, whether there are one, two or three in a row. */
const LIST_LENGTH = 6;
const KEYWORDS_SHOWN = 10;

/** The door: search, keywords, what is new and what is pulled most; on an empty hub, how to push the first image. */
export function HomePage() {
  const { t } = useTranslation();
  const newest = useQuery(searchQuery({ sort: "newest", limit: LIST_LENGTH }));
  useTitle(undefined);
  const isEmpty = newest.data?.total === 0;
  return (
    <>
      <div className={classes.hero}>
        <h1 className={classes.title}>{t(isEmpty ? "home.emptyTitle" : "home.title")}</h1>
        <p className={classes.text}>{t(isEmpty ? "home.emptyText" : "home.text")}</p>
        {!isEmpty && <SearchBox className={classes.search} size="xl" />}
        {newest.data && <TopKeywords result={newest.data} />}
      </div>
      {isEmpty ? <FirstPush /> : <Lists newest={newest} />}
    </>
  );
}

function TopKeywords({ result }: { result: SearchResult }) {
  const { t } = useTranslation();
  const keywords = result.facets.keyword.slice(0, KEYWORDS_SHOWN).map(({ value }) => value);
  return (
    <div className={classes.keywords}>
      <KeywordChips keywords={keywords} label={t("home.keywords")} />
    </div>
  );
}

function FirstPush() {
  return (
    <div className={classes.guide}>
      <PushGuide />
    </div>
  );
}

function Lists({
  newest,
}: {
  newest: { data: SearchResult | undefined; error: Error | null; refetch: () => unknown };
}) {
  const { t } = useTranslation();
  const pulls = useQuery(searchQuery({ sort: "pulls", limit: LIST_LENGTH }));
  if (newest.error && !newest.data)
    return <ErrorState error={newest.error} retry={() => void newest.refetch()} />;
  const { data } = newest;
  // A small hub fits into one list; a second one would show the same cards again.
  if (data && data.total <= LIST_LENGTH) {
    return (
      <Section title={t("home.all", { count: data.total })}>
        <RepositoryGrid items={data.items} />
      </Section>
    );
  }
  return (
    <>
      <Section title={t("home.pulls")} more={<MoreLink sort="pulls" />}>
        {pulls.data ? (
          <RepositoryGrid items={pulls.data.items} />
        ) : (
          <RepositoryGridSkeleton count={LIST_LENGTH} />
        )}
      </Section>
      <Section title={t("home.newest")} more={<MoreLink sort="newest" />}>
        {data ? <RepositoryGrid items={data.items} /> : <RepositoryGridSkeleton count={LIST_LENGTH} />}
      </Section>
    </>
  );
}

function MoreLink({ sort }: { sort: SearchSort }) {
  const { t } = useTranslation();
  return (
    <Link to="/search" search={{ sort }}>
      {t("home.more")}
    </Link>
  );
}
