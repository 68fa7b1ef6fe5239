import { Button, NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { UserDeletion, UserDeletionQuery } from "../../../src/api/contract/user-deletion.ts";
import { Dialog } from "../Dialog.tsx";
import { Form } from "../form/Form.tsx";
import { FormFailure } from "../form/FormFailure.tsx";
import { useForm } from "../form/use-form.ts";
import questionClasses from "../Question.module.css";
import { isAccountName } from "./account-rules.ts";
import { fateOf, fatesOf, type Fate } from "./fates.ts";

interface AccountDeletionProps {
  name: string;
  /** Deletes it, or with `dryRun` tells what would be. */
  run: (query: UserDeletionQuery) => Promise<UserDeletion>;
  onDone: () => unknown;
  onClose: () => void;
}

/** Asks before an account goes: says what becomes of its organizations, and of those that nobody else owns, asks. */
export function AccountDeletion({ name, run, onDone, onClose }: AccountDeletionProps) {
  const { t } = useTranslation("account");
  const dialog = useRef<HTMLDialogElement>(null);
  const { data, error } = useQuery({
    queryKey: ["deletion", name],
    queryFn: () => run({ dryRun: true }),
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Dialog ref={dialog} title={t("deletion.title", { name })} onClose={onClose}>
      {!data && !error && <Skeleton height="8rem" radius="md" />}
      <FormFailure error={data ? undefined : error} />
      {data && (
        <DeletionForm
          plan={data}
          run={run}
          close={() => dialog.current?.close()}
          onDone={async () => {
            dialog.current?.close();
            await onDone();
          }}
        />
      )}
    </Dialog>
  );
}

interface DeletionFormProps {
  plan: UserDeletion;
  run: AccountDeletionProps["run"];
  close: () => void;
  onDone: () => unknown;
}

function DeletionForm({ plan, run, close, onDone }: DeletionFormProps) {
  const { t } = useTranslation("account");
  const { name, organizations, leaves } = plan;
  const state = useForm({
    initial: { fate: "keep" as Fate, to: "", typed: "" },
    check: ({ fate, to, typed }) => ({
      to: fate === "transfer" && !isAccountName(to.trim()) ? t("deletion.toMissing") : undefined,
      typed: typed === name ? undefined : t("question.type", { text: name }),
    }),
    send: ({ fate, to }) => run(fateOf(plan, fate, to)),
    onDone,
  });
  const { fate } = state.values;
  return (
    <Form state={state}>
      <p>{t("deletion.text")}</p>
      {leaves.length > 0 && <p>{t("deletion.leaves", { names: leaves.join(", ") })}</p>}
      {organizations.length > 0 && (
        <>
          <div>
            <p>{t("deletion.owned")}</p>
            <ul>
              {organizations.map((one) => (
                <li key={one.name}>
                  {one.name} ({t("deletion.repositories", { count: one.repositories })})
                </li>
              ))}
            </ul>
          </div>
          <NativeSelect
            name="fate"
            label={t("deletion.fate")}
            value={fate}
            onChange={(event) => state.set({ fate: event.currentTarget.value as Fate })}
            data={fatesOf(plan).map((value) => ({ value, label: t(`fate.${value}`) }))}
          />
        </>
      )}
      {fate === "transfer" && (
        <TextInput
          {...state.text("to")}
          label={t("deletion.to")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={63}
        />
      )}
      <TextInput
        {...state.text("typed")}
        label={t("question.type", { text: name })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <FormFailure error={state.failure} />
      <div className={questionClasses.actions}>
        <Button variant="default" onClick={close}>
          {t("question.cancel")}
        </Button>
        <Button
          type="submit"
          className={questionClasses.danger}
          disabled={state.values.typed !== name}
          loading={state.isPending}
        >
          {t("deletion.action")}
        </Button>
      </div>
    </Form>
  );
}
