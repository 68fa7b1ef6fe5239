import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog.tsx";
import formClasses from "./form/Form.module.css";
import { FormFailure } from "./form/FormFailure.tsx";
import classes from "./Question.module.css";

interface QuestionProps<R> {
  title: string;
  text: string;
  /** What the button does. */
  action: string;
  /** To be typed before the button works: for what cannot be had back. */
  typed?: string;
  run: () => Promise<R>;
  onDone: (result: R) => unknown;
  onClose: () => void;
}

/** Asks before something is taken away, does it, and says when that failed. */
export function Question<R>({ title, text, action, typed, run, onDone, onClose }: QuestionProps<R>) {
  const { t } = useTranslation("account");
  const dialog = useRef<HTMLDialogElement>(null);
  const [word, setWord] = useState("");
  const running = useMutation({
    mutationFn: run,
    async onSuccess(result) {
      dialog.current?.close();
      await onDone(result);
    },
  });
  const isSure = typed === undefined || word === typed;

  function submit(event: React.FormEvent) {
    event.preventDefault();
    if (isSure && !running.isPending) running.mutate();
  }

  return (
    <Dialog ref={dialog} title={title} onClose={onClose}>
      <form className={formClasses.form} onSubmit={submit}>
        <p>{text}</p>
        {typed !== undefined && (
          <TextInput
            label={t("question.type", { text: typed })}
            value={word}
            onChange={(event) => setWord(event.currentTarget.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        <FormFailure error={running.error} />
        <div className={classes.actions}>
          <Button variant="default" onClick={() => dialog.current?.close()}>
            {t("question.cancel")}
          </Button>
          <Button type="submit" className={classes.danger} disabled={!isSure} loading={running.isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
