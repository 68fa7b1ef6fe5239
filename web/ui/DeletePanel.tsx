import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteResource, type Editable } from "../resource-api.ts";
import classes from "./account/AccountPanels.module.css";
import { Panel } from "./Panel.tsx";
import { Question } from "./Question.tsx";

interface DeletePanelProps {
  resource: Editable;
  /** To be typed, so that it is not done by mistake. */
  name: string;
  /** What is done, as a title and on the buttons. */
  title: string;
  question: string;
  /** What goes with it. */
  text: string;
  /** Why it cannot be deleted now. */
  disabledBecause?: string | undefined;
  /** Goes to a page that is still there. */
  leave: () => Promise<unknown>;
}

/** Takes a resource away, after its name was typed. */
export function DeletePanel({
  resource,
  name,
  title,
  question,
  text,
  disabledBecause,
  leave,
}: DeletePanelProps) {
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);

  async function goOn() {
    await leave();
    await queryClient.invalidateQueries();
  }

  return (
    <Panel title={title}>
      <p className={classes.text}>{disabledBecause ?? text}</p>
      <Button
        className={classes.start}
        variant="default"
        disabled={disabledBecause !== undefined}
        onClick={() => setAsking(true)}
      >
        {title}
      </Button>
      {isAsking && (
        <Question
          title={question}
          text={text}
          action={title}
          typed={name}
          run={() => deleteResource(resource)}
          onDone={goOn}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
