import classes from "./State.module.css";

/** There is nothing to show: why, and what to do. */
export function EmptyState({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className={classes.state}>
      <h2 className={classes.title}>{title}</h2>
      <div className={classes.text}>{children}</div>
    </div>
  );
}
