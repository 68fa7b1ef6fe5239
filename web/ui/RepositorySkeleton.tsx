import { Skeleton } from "@mantine/core";
import classes from "../pages/RepositoryPage.module.css";
import { ReadmeSkeleton } from "./readme/ReadmeSkeleton.tsx";

/** The repository page before it is known. */
export function RepositorySkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <div className={classes.header}>
        <div className={classes.skeleton}>
          <Skeleton height="4.5rem" width="4.5rem" radius="1.125rem" />
          <div>
            <Skeleton height="2.25rem" width="min(60vw, 22rem)" mb="1rem" radius="md" />
            <Skeleton height="1.25rem" width="min(70vw, 36rem)" radius="md" />
          </div>
        </div>
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
