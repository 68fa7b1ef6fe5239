import { useState } from "react";
import { ClashError, setFields, type Editable } from "../../resource-api.ts";
import { useForm, type FormState } from "./use-form.ts";

interface SettingsOptions<R extends Editable, V extends object> {
  resource: R;
  initial: V;
  check?: (values: V) => Partial<Record<keyof V, string | undefined>>;
  /** The spec's fields as the form has them; undefined takes one away. */
  toSpec: (values: V) => { [F in keyof R["spec"]]?: R["spec"][F] | undefined };
  onDone: (saved: R) => unknown;
}

/**
 * A form that changes a resource: only what the user changed is sent. When somebody else changed the same meanwhile, the
 * failure is a ClashError, and sending again is meant so.
 */
export function useSettings<R extends Editable, V extends object>({
  resource,
  initial,
  check,
  toSpec,
  onDone,
}: SettingsOptions<R, V>): FormState<V> {
  // As the user saw it when the form was opened, or was told of it.
  const [seen, setSeen] = useState(resource);
  const [saved, setSaved] = useState(initial);
  return useForm<V, R>({
    initial,
    ...(check && { check }),
    async send(values) {
      try {
        const result = await setFields(seen, changed(toSpec(saved), toSpec(values)));
        setSaved(values);
        return result;
      } catch (error) {
        if (error instanceof ClashError) setSeen(error.current as R);
        throw error;
      }
    },
    onDone(result) {
      setSeen(result);
      return onDone(result);
    },
  });
}

/** Those fields that the user changed: what others have changed meanwhile is left as they have it. */
function changed<S extends object>(before: S, wanted: S): Partial<S> {
  const old = before as Record<string, unknown>;
  const fields = Object.entries(wanted).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field]),
  );
  return Object.fromEntries(fields) as Partial<S>;
}
