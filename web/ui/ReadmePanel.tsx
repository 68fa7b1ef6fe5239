import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Image } from "../../src/resources/kinds.ts";
import { wholeReadmeQuery } from "../queries.ts";
import { EmptyState } from "./EmptyState.tsx";
import { ErrorState } from "./ErrorState.tsx";
import { ImageNotices } from "./ImageNotices.tsx";
import { NoReadme } from "./NoReadme.tsx";
import type { OutlineEntry } from "./readme/rendered.ts";
import { prepareWorker } from "./readme/render-in-worker.ts";
import { ReadmeSkeleton } from "./readme/ReadmeSkeleton.tsx";

const loadView = () => import("./readme/ReadmeView.tsx");
const ReadmeView = lazy(async () => ({ default: (await loadView()).ReadmeView }));

/** Starts loading what shows READMEs, while the README itself is on its way. */
export function prepareReadme(): void {
  prepareWorker();
  // A failure shows where the view is used.
  loadView().catch(() => undefined);
}

interface ReadmePanelProps {
  name: string;
  tag: string;
  image: UseQueryResult<Image | null>;
  onOutline: (outline: OutlineEntry[]) => void;
}

/** The README of the tag chosen, and what is to be said of it. */
export function ReadmePanel({ name, tag, image, onOutline }: ReadmePanelProps) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const whole = useQuery({ ...wholeReadmeQuery(name, tag), enabled: isWhole });
  if (tag === "") return <EmptyState title={t("tags.none")}>{t("tags.noneText")}</EmptyState>;
  if (image.error && !image.data)
    return <ErrorState error={image.error} retry={() => void image.refetch()} />;
  if (image.data === undefined) return <ReadmeSkeleton />;
  if (image.data === null)
    return <EmptyState title={t("tags.missing", { tag })}>{t("tags.missingText")}</EmptyState>;
  const detail = image.data.status?.detail;
  const markdown = whole.data?.docs ?? detail?.docs ?? "";
  return (
    <>
      <ImageNotices
        conditions={image.data.status?.conditions ?? []}
        whole={{
          isShown: whole.data !== undefined,
          isLoading: whole.isFetching,
          error: whole.error,
          show: showWhole,
        }}
      />
      {markdown.trim() === "" ? (
        <NoReadme />
      ) : (
        <Suspense fallback={<ReadmeSkeleton />}>
          <ReadmeView markdown={markdown} home={detail?.url} onOutline={onOutline} />
        </Suspense>
      )}
    </>
  );

  function showWhole() {
    setWhole(true);
    if (whole.error) void whole.refetch();
  }
}
