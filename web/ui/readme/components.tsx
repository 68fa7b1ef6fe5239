import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconBulb from "@tabler/icons-react/icons/IconBulb";
import IconInfoCircle from "@tabler/icons-react/icons/IconInfoCircle";
import IconMessageReport from "@tabler/icons-react/icons/IconMessageReport";
import IconHandStop from "@tabler/icons-react/icons/IconHandStop";
import type { Components } from "hast-util-to-jsx-runtime";
import { useRef, useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../CopyButton.tsx";

/** Elements of a README that are more on the page than in its tree. */
export const readmeComponents: Partial<Components> = {
  pre: CodeBlock,
  table: ScrollingTable,
  img: Picture,
  p: Paragraph,
  input: TaskState,
};

/** Code, with a button that copies it. Long lines scroll inside. */
function CodeBlock(props: ComponentProps<"pre">) {
  const { t } = useTranslation();
  const code = useRef<HTMLPreElement>(null);
  return (
    <div className="readme-code">
      <pre {...props} ref={code} tabIndex={0} />
      <div className="readme-copy">
        <CopyButton text={() => code.current?.textContent.trimEnd() ?? ""} label={t("copy.code")} />
      </div>
    </div>
  );
}

/** A table as wide as it is, in a box as wide as the page. */
function ScrollingTable(props: ComponentProps<"table">) {
  const { t } = useTranslation();
  return (
    <div className="readme-table" tabIndex={0} role="region" aria-label={t("readme.table")}>
      <table {...props} />
    </div>
  );
}

/** A picture from elsewhere; its description when it does not come. */
function Picture(props: ComponentProps<"img">) {
  const [failed, setFailed] = useState(false);
  if (failed || !props.src) return props.alt ? <span className="readme-missing">{props.alt}</span> : null;
  return <img {...props} alt={props.alt ?? ""} onError={() => setFailed(true)} />;
}

/** Whether a task of a list is done: the only input that a README may have. */
function TaskState(props: ComponentProps<"input">) {
  const { t } = useTranslation();
  return <input {...props} readOnly aria-label={t(props.checked ? "readme.taskDone" : "readme.taskOpen")} />;
}

const ALERTS = {
  NOTE: { key: "note", Icon: IconInfoCircle },
  TIP: { key: "tip", Icon: IconBulb },
  IMPORTANT: { key: "important", Icon: IconMessageReport },
  WARNING: { key: "warning", Icon: IconAlertTriangle },
  CAUTION: { key: "caution", Icon: IconHandStop },
} as const;

/** The title of an alert is said in the reader's language; other paragraphs are as they are. */
function Paragraph(props: ComponentProps<"p">) {
  const { t } = useTranslation();
  const alert = props.className === "markdown-alert-title" ? alertOf(props.children) : undefined;
  if (!alert) return <p {...props} />;
  return (
    <p {...props}>
      <alert.Icon size="1.125rem" aria-hidden />
      {t(`alert.${alert.key}`)}
    </p>
  );
}

function alertOf(children: React.ReactNode) {
  const title = [children].flat().find((child) => typeof child === "string");
  return Object.entries(ALERTS).find(([name]) => name === title)?.[1];
}
