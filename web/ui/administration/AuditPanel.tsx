import { Button, Skeleton } from "@mantine/core";
import IconDownload from "@tabler/icons-react/icons/IconDownload";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { auditAddress } from "../../administration-api.ts";
import { auditPagesQuery } from "../../administration-queries.ts";
import panelClasses from "../account/AccountPanels.module.css";
import { ErrorState } from "../ErrorState.tsx";
import { toAuditQuery, type AuditFilters } from "./audit-filters.ts";
import { AuditFilterForm } from "./AuditFilterForm.tsx";
import { AuditTable } from "./AuditTable.tsx";
import classes from "./AuditPanel.module.css";

/** Who did what, the newest first: filtered, page by page, and all of it as a file. */
export function AuditPanel({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation("account");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditPagesQuery(filters),
  );
  const [now] = useState(() => new Date());
  const entries = data?.pages.flatMap(({ items }) => items);
  const file = auditAddress({ ...toAuditQuery(filters, now), format: "jsonl" });
  return (
    <div className={classes.panel}>
      <AuditFilterForm filters={filters} />
      {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {!error && !entries && <Skeleton height="12rem" radius="lg" />}
      {entries?.length === 0 && <p className={panelClasses.text}>{t("audit.none")}</p>}
      {entries && entries.length > 0 && <AuditTable entries={entries} />}
      <div className={classes.actions}>
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("audit.more")}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconDownload size="1rem" />}
          component="a"
          href={file}
          download="audit.jsonl"
        >
          {t("audit.export")}
        </Button>
      </div>
    </div>
  );
}
