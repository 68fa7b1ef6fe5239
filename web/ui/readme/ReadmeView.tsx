import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { useEffect, useMemo } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { useTranslation } from "react-i18next";
import { readmeComponents } from "./components.tsx";
import { ID_PREFIX } from "./id-prefix.ts";
import { ReadmeSkeleton } from "./ReadmeSkeleton.tsx";
import type { OutlineEntry, RenderedReadme } from "./rendered.ts";
import { useRenderedReadme } from "./use-rendered-readme.ts";
import "./readme.css";
import "./highlight.css";

interface ReadmeViewProps {
  markdown: string;
  home: string | undefined;
  onOutline: (outline: OutlineEntry[]) => void;
}

/** A README on the page. One that cannot be rendered is shown as the text that it is. */
export function ReadmeView({ markdown, home, onOutline }: ReadmeViewProps) {
  const rendered = useRenderedReadme(markdown, home);
  useEffect(() => {
    if (rendered && rendered !== "failed") onOutline(rendered.outline);
    return () => onOutline([]);
  }, [rendered, onOutline]);
  if (rendered === undefined) return <ReadmeSkeleton />;
  return rendered === "failed" ? <PlainReadme markdown={markdown} /> : <RenderedTree rendered={rendered} />;
}

function RenderedTree({ rendered }: { rendered: RenderedReadme }) {
  const content = useMemo(
    () => toJsxRuntime(rendered.tree, { Fragment, jsx, jsxs, components: readmeComponents }),
    [rendered],
  );
  useEffect(scrollToAnchor, [rendered]);
  return <article className="readme">{content}</article>;
}

function PlainReadme({ markdown }: { markdown: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t("readme.plain")}</p>
      <pre className="readme-plain" tabIndex={0}>
        {markdown}
      </pre>
    </>
  );
}

/** A link from elsewhere may name a heading, which is on the page only now. */
function scrollToAnchor() {
  const id = decodeURIComponent(window.location.hash.slice(1));
  if (id === "") return;
  const heading = document.querySelector(`#${CSS.escape(id)}, #${CSS.escape(ID_PREFIX + id)}`);
  heading?.scrollIntoView();
}
