import { Skeleton } from "@mantine/core";
import classes from "../pages/RepositoryPage.module.css";
import { ReadmeSkeleton } from "./readme/ReadmeSkeleton.tsx";

/** The repository page before it is known. */
export function RepositorySkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <div className={classes.header}>
        <Skeleton height="2.25rem" width="min(100%, 26rem)" mb="1rem" radius="md" />
        <Skeleton height="1.25rem" width="min(100%, 40rem)" radius="md" />
      </div>
      <div className={classes.pull}>
        <Skeleton height="17rem" radius="lg" />
      </div>
      <div className={classes.content}>
        <ReadmeSkeleton />
      </div>
    </div>
  );
}
