import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { renderInWorker } from "./render-in-worker.ts";
import type { RenderedReadme } from "./rendered.ts";

/** The rendered README; undefined while it is being rendered, "failed" when it cannot be. */
export function useRenderedReadme(
  markdown: string,
  home: string | undefined,
): RenderedReadme | "failed" | undefined {
  const { t } = useTranslation();
  const [rendered, setRendered] = useState<RenderedReadme | "failed">();
  const footnotes = t("readme.footnotes");
  const backToText = t("readme.backToText");
  useEffect(() => {
    const abort = new AbortController();
    renderInWorker({ markdown, home, labels: { footnotes, backToText } }, abort.signal).then(
      setRendered,
      () => {
        if (!abort.signal.aborted) setRendered("failed");
      },
    );
    return () => abort.abort();
  }, [markdown, home, footnotes, backToText]);
  return rendered;
}
