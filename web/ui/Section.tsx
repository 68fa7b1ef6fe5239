import classes from "./Section.module.css";

/** A titled part of a page, with a way on at the end of its title. */
export function Section({
  title,
  more,
  children,
}: {
  title: string;
  more?: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <section className={classes.section}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {more}
      </div>
      {children}
    </section>
  );
}
