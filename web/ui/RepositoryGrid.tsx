import { Skeleton } from "@mantine/core";
import type { SearchItem } from "../../src/api/contract.ts";
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
        <Skeleton key={index} className={classes.skeleton} radius="lg" />
      ))}
    </div>
  );
}
