import { Button } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../Avatar.tsx";
import classes from "./IconField.module.css";
import { toIcon } from "./to-icon.ts";

interface IconFieldProps {
  /** An address or a data: URL; empty for none. */
  icon: string;
  error: string | undefined;
  onChange: (icon: string) => void;
  /** Whose icon it is: its first letter is shown where there is none. */
  name: string;
}

/** A picture of the reader's own, made small, or none. */
export function IconField({ icon, error, onChange, name }: IconFieldProps) {
  const { t } = useTranslation("account");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [isUnreadable, setUnreadable] = useState(false);
  const wrong = isUnreadable ? t("icon.unreadable") : error;

  async function choose({ currentTarget }: React.ChangeEvent<HTMLInputElement>) {
    const [file] = currentTarget.files ?? [];
    currentTarget.value = "";
    if (!file) return;
    const made = await toIcon(file).catch(() => undefined);
    setUnreadable(made === undefined);
    if (made !== undefined) onChange(made);
  }

  function remove() {
    setUnreadable(false);
    onChange("");
  }

  return (
    <div className={classes.field} role="group" aria-labelledby={id}>
      <Avatar name={name} icon={icon} size="lg" />
      <div className={classes.choice}>
        <span id={id} className={classes.label}>
          {t("icon.label")}
        </span>
        <div className={classes.buttons}>
          <Button variant="default" size="xs" onClick={() => input.current?.click()}>
            {t("icon.choose")}
          </Button>
          {icon !== "" && (
            <Button variant="subtle" size="xs" onClick={remove}>
              {t("icon.remove")}
            </Button>
          )}
        </div>
        {wrong !== undefined && (
          <p className={classes.error} role="alert" tabIndex={-1}>
            {wrong}
          </p>
        )}
        <input ref={input} type="file" accept="image/*" hidden onChange={(event) => void choose(event)} />
      </div>
    </div>
  );
}
