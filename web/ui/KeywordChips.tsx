import { Link } from "@tanstack/react-router";
import classes from "./KeywordChips.module.css";

/** Keywords, each a link to what else has it. */
export function KeywordChips({ keywords, label }: { keywords: readonly string[]; label: string }) {
  if (keywords.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label={label}>
      {keywords.map((keyword) => (
        <li key={keyword}>
          <Link to="/search" search={{ keyword }} className={classes.chip}>
            {keyword}
          </Link>
        </li>
      ))}
    </ul>
  );
}
