import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError, hasStatus } from "../../http.ts";
import { ClashError } from "../../resource-api.ts";
import { useNext } from "../use-next.ts";
import { ClashNote } from "./ClashNote.tsx";
import classes from "./Form.module.css";

/** Why what was asked was not done, and what to do; nothing when there is nothing to say. */
export function FormFailure({ error, title }: { error: Error | null | undefined; title?: string }) {
  const { t } = useTranslation("account");
  const next = useNext();
  if (!error) return null;
  const isLoggedOut = title === undefined && hasStatus(error, 401);
  return (
    <div className={classes.failure} role="alert" tabIndex={-1}>
      <IconAlertTriangle size="1.125rem" aria-hidden />
      <div>
        <Words error={error} title={title} />
        {isLoggedOut && (
          <Link to="/login" search={{ next }}>
            {t("failure.logIn")}
          </Link>
        )}
      </div>
    </div>
  );
}

function Words({ error, title }: { error: Error; title: string | undefined }) {
  if (error instanceof ClashError) return <ClashNote error={error} />;
  if (title !== undefined) return <p>{title}</p>;
  return (
    <>
      <p>
        <Title error={error} />
      </p>
      <Said error={error} />
    </>
  );
}

function Title({ error }: { error: Error }) {
  const { t } = useTranslation("account");
  if (hasStatus(error, 0)) return t("failure.unreachable");
  if (hasStatus(error, 401)) return t("failure.loggedOut");
  if (hasStatus(error, 403)) return t("failure.denied");
  if (hasStatus(error, 404)) return t("failure.gone");
  if (hasStatus(error, 409)) return t("failure.conflict");
  if (!hasStatus(error, 429)) return t("failure.refused");
  const { retryAfterSeconds } = error;
  return retryAfterSeconds === undefined
    ? t("failure.busy")
    : t("failure.busySeconds", { count: retryAfterSeconds });
}

/** The hub's own words, where they say more than the title. */
function Said({ error }: { error: Error }) {
  if (hasStatus(error, 0, 401, 429)) return null;
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : undefined;
  return (
    <p className={classes.said} lang="en">
      {error.message}
      {requestId && <code> {requestId}</code>}
    </p>
  );
}
