import { Link } from "@tanstack/react-router";
import classes from "./PageTabs.module.css";

interface PageTab {
  name: string;
  title: string;
  /** The search of the page's own URL that opens it. */
  search: Record<string, string>;
}

interface PageTabsProps {
  label: string;
  tabs: readonly PageTab[];
  /** Name of the one that is shown, where the address says more than that. */
  shown?: string;
}

/** Parts of one page, of which one is shown: links, since each has an address. */
export function PageTabs({ label, tabs, shown }: PageTabsProps) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map(({ name, title, search }) => (
        <Link
          key={name}
          to="."
          search={search}
          className={classes.tab}
          activeOptions={{ exact: true }}
          resetScroll={false}
          {...(name === shown && { "data-shown": true, "aria-current": "page" as const })}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
