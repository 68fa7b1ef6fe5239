import { Button } from "@mantine/core";
import IconPlugConnectedX from "@tabler/icons-react/icons/IconPlugConnectedX";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "../http.ts";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./State.module.css";

/** A request failed: what happened, what to do next, and the number by which the operator finds it in the log. */
export function ErrorState({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTranslation();
  const kind = kindOf(error);
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div className={classes.state} role="alert">
      <div className={classes.icon}>
        <IconPlugConnectedX size="1.75rem" aria-hidden />
      </div>
      <h2 className={classes.title}>{t(`error.${kind}.title`)}</h2>
      <p className={classes.text}>{t(`error.${kind}.next`)}</p>
      {kind !== "unreachable" && (
        <p className={classes.detail}>
          {t("error.said")} <span>{error.message}</span>
        </p>
      )}
      {requestId && (
        <p className={classes.detail}>
          {t("error.requestId")} <code>{requestId}</code>
          <CopyButton text={requestId} label={t("error.copyRequestId")} />
        </p>
      )}
      <div className={classes.actions}>
        <Button onClick={retry}>{t("error.retry")}</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {t("error.home")}
        </Button>
      </div>
    </div>
  );
}

function kindOf(error: Error) {
  if (!(error instanceof ApiError)) return "page";
  if (error.status === 0) return "unreachable";
  if (error.status === 401 || error.status === 403) return "denied";
  if (error.status === 429) return "busy";
  return error.status < 500 ? "refused" : "server";
}
