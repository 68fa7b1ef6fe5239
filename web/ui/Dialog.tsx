import { useEffect, useId } from "react";
import classes from "./Dialog.module.css";

interface DialogProps {
  title: string;
  /** It was closed, however that came about. */
  onClose: () => void;
  /** By this it is closed from within. */
  ref: React.RefObject<HTMLDialogElement | null>;
  children: React.ReactNode;
}

/**
 * A question that stands before everything else: the browser's own dialog, which keeps the focus inside, gives it back
 * afterwards and closes by Escape.
 */
export function Dialog({ title, onClose, ref, children }: DialogProps) {
  const id = useId();
  useEffect(() => {
    if (ref.current?.open === false) ref.current.showModal();
  }, [ref]);
  return (
    <dialog ref={ref} className={classes.dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id} className={classes.title}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
