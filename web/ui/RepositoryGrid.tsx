import { Skeleton } from "@mantine/core";
import type { SearchItem } from "../../src/api/contract/search.ts";
import { RepositoryCard } from "./RepositoryCard.tsx";
import classes from "./RepositoryGrid.module.css";

/** Cards side by side, as many as fit. */
export function RepositoryGrid({ items }: { items: readonly SearchItem[] }) {
  return (
    <div className={classes.grid}>
      {items.map((item) => (
        <RepositoryCard key={item.name} item={item} />
      ))}
    </div>
  );
}

/** The same place before there is content. */
export function RepositoryGridSkeleton({ count }: { count: number }) {
  return (
    <div className={classes.grid} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={classes.skeleton}>
          <Skeleton height="2.75rem" width="2.75rem" radius="0.75rem" />
          <Skeleton height="0.875rem" width="90%" />
          <Skeleton height="0.875rem" width="60%" />
          <Skeleton height="0.875rem" width="75%" mt="auto" />
        </div>
      ))}
    </div>
  );
}
