import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { UserAccount } from "../../../src/api/contract/users.ts";
import { createPasswordReset, setDisabled } from "../../administration-api.ts";
import tokenClasses from "../account/TokenTable.module.css";
import { Age } from "../Age.tsx";
import { FormFailure } from "../form/FormFailure.tsx";
import type { MadeLink } from "./ResetLink.tsx";
import classes from "./UsersPanel.module.css";

interface UserRowProps {
  user: UserAccount;
  /** The reader's. */
  isOwn: boolean;
  onLink: (link: MadeLink) => void;
  onDelete: () => void;
}

/** One account; the administrator's stays, since the hub would have none. */
export function UserRow({ user, isOwn, onLink, onDelete }: UserRowProps) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const { name, displayName, administrator, disabled, createdAt } = user;
  const switching = useMutation({
    mutationFn: () => setDisabled(name, !disabled),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["users"] }),
  });
  const helping = useMutation({
    mutationFn: () => createPasswordReset(name),
    onSuccess: ({ url, expiresAt }) => onLink({ user: name, url, expiresAt }),
  });
  return (
    <li className={tokenClasses.token}>
      <div className={tokenClasses.words}>
        <h3 className={tokenClasses.name}>
          {displayName ?? name}
          {administrator && <span className={classes.mark}>{t("account.administrator")}</span>}
          {disabled && (
            <span className={classes.mark} data-bad>
              {t("users.disabled")}
            </span>
          )}
        </h3>
        <p className={tokenClasses.facts}>
          {displayName !== undefined && `${name} · `}
          {t("users.since")} <Age value={createdAt} />
        </p>
        <FormFailure error={switching.error ?? helping.error} />
      </div>
      <div className={tokenClasses.actions}>
        {!isOwn && (
          <Button
            variant="default"
            size="xs"
            loading={helping.isPending}
            onClick={() => helping.mutate()}
            aria-label={t("users.resetName", { name })}
          >
            {t("users.reset")}
          </Button>
        )}
        {!administrator && (
          <>
            <Button
              variant="default"
              size="xs"
              loading={switching.isPending}
              onClick={() => switching.mutate()}
              aria-label={t(disabled ? "users.enableName" : "users.disableName", { name })}
            >
              {t(disabled ? "users.enable" : "users.disable")}
            </Button>
            <Button
              variant="default"
              size="xs"
              onClick={onDelete}
              aria-label={t("deletion.actionName", { name })}
            >
              {t("deletion.short")}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
