import { Button } from "@mantine/core";
import IconInfoCircle from "@tabler/icons-react/icons/IconInfoCircle";
import { useTranslation } from "react-i18next";
import type { Condition } from "../../src/resources/conditions.ts";
import classes from "./ImageNotices.module.css";

const EXPLAINED = ["DetailUnavailable", "FrontMatterInvalid", "ReadmeTruncated"] as const;

interface ImageNoticesProps {
  conditions: readonly Condition[];
  whole: { isShown: boolean; isLoading: boolean; error: Error | null; show: () => void };
}

/** Conditions of an image that explain an absent, odd or cut README. */
export function ImageNotices({ conditions, whole }: ImageNoticesProps) {
  const { t } = useTranslation();
  return EXPLAINED.map((type) => {
    const condition = conditions.find((one) => one.type === type && one.status === "True");
    if (!condition || (type === "ReadmeTruncated" && whole.isShown)) return null;
    return (
      <div key={type} className={classes.notice} role="note">
        <IconInfoCircle size="1.25rem" aria-hidden />
        <div>
          <p className={classes.title}>{t(`condition.${type}`)}</p>
          {condition.message && <p className={classes.message}>{condition.message}</p>}
          {type === "ReadmeTruncated" && (
            <Button size="xs" variant="light" mt="xs" loading={whole.isLoading} onClick={whole.show}>
              {whole.error ? t("error.retry") : t("condition.showWhole")}
            </Button>
          )}
        </div>
      </div>
    );
  });
}
