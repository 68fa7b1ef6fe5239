import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Repository } from "../../src/resources/kinds.ts";
import { isExpired } from "../http.ts";
import { imagePagesQuery } from "../queries.ts";
import { Age } from "./Age.tsx";
import { EmptyState } from "./EmptyState.tsx";
import { ErrorState } from "./ErrorState.tsx";
import { formatSize } from "./format.ts";
import { Digest } from "./ImageFacts.tsx";
import { Platforms } from "./Platforms.tsx";
import { tagRows, type TagRow } from "./tag-rows.ts";
import classes from "./TagTable.module.css";

/** The tags, newest first: those that the repository itself names at once, their platforms as the images arrive. */
export function TagTable({ repository, chosen }: { repository: Repository; chosen: string }) {
  const { t } = useTranslation();
  const images = useInfiniteQuery(imagePagesQuery(repository));
  const retry = () => {
    const isAtNextPage = images.isFetchNextPageError && !isExpired(images.error);
    void (isAtNextPage ? images.fetchNextPage() : images.refetch());
  };
  const rows = tagRows(repository, images.data?.pages.flatMap((page) => page.items) ?? []);
  if (rows.length === 0 && !images.isPending) {
    return <EmptyState title={t("tags.none")}>{t("tags.noneText")}</EmptyState>;
  }
  return (
    <>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("tabs.tags")}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("tags.name")}</th>
              <th scope="col">{t("tags.digest")}</th>
              <th scope="col">{t("tags.platforms")}</th>
              <th scope="col" className={classes.number}>
                {t("tags.size")}
              </th>
              <th scope="col">{t("tags.pushed")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.name} row={row} isChosen={row.name === chosen} isLoading={images.isFetching} />
            ))}
          </tbody>
        </table>
      </div>
      {images.error && <ErrorState error={images.error} retry={retry} />}
      {images.hasNextPage && !images.error && (
        <Button
          className={classes.more}
          variant="default"
          loading={images.isFetchingNextPage}
          onClick={() => void images.fetchNextPage()}
        >
          {t("tags.more")}
        </Button>
      )}
    </>
  );
}

function Row({ row, isChosen, isLoading }: { row: TagRow; isChosen: boolean; isLoading: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <tr data-chosen={isChosen || undefined}>
      <th scope="row" className={classes.name}>
        <Link
          from="/r/$"
          search={{ tag: row.name, view: "tags" }}
          resetScroll={false}
          aria-current={isChosen}
        >
          {row.name}
        </Link>
        {row.aliasOf && <span className={classes.alias}>{t("tags.aliasOf", { tag: row.aliasOf })}</span>}
      </th>
      <td>{row.digest && <Digest digest={row.digest} />}</td>
      <td>
        {row.platforms ? (
          <Platforms platforms={row.platforms} />
        ) : (
          isLoading && <Skeleton height="0.875rem" width="6rem" />
        )}
      </td>
      <td className={classes.number}>{row.size !== undefined && formatSize(row.size, i18n.language)}</td>
      <td className={classes.age}>{row.pushedAt && <Age value={row.pushedAt} />}</td>
    </tr>
  );
}
