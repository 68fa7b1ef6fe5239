import { useEffect, useRef } from "react";
import type { FormState } from "./use-form.ts";
import classes from "./Form.module.css";

/** Of a composed input the box around it is invalid too, and has no focus. */
const FIRST_WRONG = ':is(input, textarea, select)[aria-invalid="true"], [role="alert"]';

interface FormProps<V extends object> {
  state: FormState<V>;
  children: React.ReactNode;
}

/**
 * A form of its own checks: the browser's would speak the browser's language, and one field at a time. When it could not
 * be sent, the first field that is wrong has the focus, or what is said of all.
 */
export function Form<V extends object>({ state, children }: FormProps<V>) {
  const { problem, onSubmit, isPending } = state;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!problem) return;
    form.current?.querySelector<HTMLElement>(FIRST_WRONG)?.focus();
  }, [problem]);
  return (
    <form
      method="post"
      className={classes.form}
      ref={form}
      onSubmit={onSubmit}
      aria-busy={isPending}
      noValidate
    >
      {children}
    </form>
  );
}
