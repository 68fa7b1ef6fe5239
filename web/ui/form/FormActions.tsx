import { Button } from "@mantine/core";
import IconCheck from "@tabler/icons-react/icons/IconCheck";
import type { FormState } from "./use-form.ts";
import { FormFailure } from "./FormFailure.tsx";
import classes from "./Form.module.css";

interface FormActionsProps {
  state: Pick<FormState<object>, "failure" | "isPending" | "isDone">;
  submit: string;
  /** Said once it is done, where the page itself does not show it. */
  done?: string;
  /** Why it cannot be sent now: the button says so. */
  disabledBecause?: string | undefined;
  /** In place of what a failure would say of itself. */
  failureTitle?: string | undefined;
  children?: React.ReactNode;
}

/** The end of a form: why it failed, the button that sends it, and that it was done. */
export function FormActions({
  state,
  submit,
  done,
  disabledBecause,
  failureTitle,
  children,
}: FormActionsProps) {
  return (
    <>
      <FormFailure error={state.failure} {...(failureTitle !== undefined && { title: failureTitle })} />
      <div className={classes.actions}>
        <Button type="submit" loading={state.isPending} disabled={disabledBecause !== undefined}>
          {submit}
        </Button>
        {children}
        <span role="status" className={classes.done}>
          {state.isDone && done !== undefined && (
            <>
              <IconCheck size="1.125rem" aria-hidden />
              {done}
            </>
          )}
        </span>
        {disabledBecause !== undefined && <span className={classes.said}>{disabledBecause}</span>}
      </div>
    </>
  );
}
