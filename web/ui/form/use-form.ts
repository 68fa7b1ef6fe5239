import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../http.ts";

interface FormOptions<V extends object, R> {
  initial: V;
  /** What is wrong with each field, before the hub is asked. */
  check?: (values: V) => Partial<Record<keyof V, string | undefined>>;
  send: (values: V) => Promise<R>;
  onDone?: (result: R) => unknown;
  /** Whether what was typed goes when it is done; default: it stays. */
  isClearedWhenDone?: boolean;
}

type TextFields<V> = { [K in keyof V & string]: V[K] extends string ? K : never }[keyof V & string];

/** What a form holds, and how its sending goes. */
export interface FormState<V extends object> {
  values: V;
  set: (changes: Partial<V>) => void;
  errorOf: (field: string) => string | undefined;
  /** A failure that no field shows. */
  failure: Error | undefined;
  isPending: boolean;
  isDone: boolean;
  /** What was wrong when it was last sent: another object each time. */
  problem: object | undefined;
  onSubmit: (event: React.FormEvent) => void;
  /** What an input of text is given. */
  text: (field: TextFields<V>) => {
    name: string;
    value: string;
    error: string | undefined;
    "aria-invalid": boolean;
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  };
}

/** Values, what is wrong with them, and sending them. */
export function useForm<V extends object, R>({
  initial,
  check,
  send,
  onDone,
  isClearedWhenDone = false,
}: FormOptions<V, R>): FormState<V> {
  const [values, setValues] = useState(initial);
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const sending = useMutation({
    mutationFn: send,
    onSuccess(result: R) {
      if (isClearedWhenDone) setValues(initial);
      return onDone?.(result);
    },
  });
  const { error } = sending;
  const refused = error instanceof ApiError ? byField(error.fields) : new Map<string, string>();
  const isShown = [...refused.keys()].some((field) => Object.hasOwn(values, field));

  function submit(event: React.FormEvent) {
    event.preventDefault();
    if (sending.isPending) return;
    const found = Object.entries<string | undefined>(check?.(values) ?? {});
    const errors = new Map(found.flatMap(([field, text]) => (text === undefined ? [] : [[field, text]])));
    setWrong(errors);
    if (errors.size === 0) sending.mutate(values);
    else sending.reset();
  }

  function set(changes: Partial<V>) {
    setValues((before) => ({ ...before, ...changes }));
    setWrong((before) => new Map([...before].filter(([field]) => !Object.hasOwn(changes, field))));
    if (!sending.isPending) sending.reset();
  }

  const errorOf = (field: string) => wrong.get(field) ?? refused.get(field);

  return {
    values,
    set,
    errorOf,
    failure: error && !isShown ? error : undefined,
    isPending: sending.isPending,
    isDone: sending.isSuccess,
    problem: wrong.size > 0 ? wrong : (error ?? undefined),
    onSubmit: submit,
    text: (field) => ({
      name: field,
      value: values[field] as string,
      error: errorOf(field),
      "aria-invalid": errorOf(field) !== undefined,
      onChange: (event) => set({ [field]: event.currentTarget.value } as Partial<V>),
    }),
  };
}

/** `spec.keywords[2]` and `metadata.name`, as `/apis` names fields, are `keywords` and `name` here. */
function byField(fields: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...fields].map(([field, text]) => [
      field.replace(/^(?:spec|metadata)\./, "").replace(/[.[/].*$/, ""),
      text,
    ]),
  );
}
