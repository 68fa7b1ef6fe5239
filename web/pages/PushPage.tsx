import { useTranslation } from "react-i18next";
import { PushGuide } from "../ui/PushGuide.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./PushPage.module.css";

/** How to push an image, for a hub that already has some. */
export function PushPage() {
  const { t } = useTranslation();
  useTitle(t("push.title"));
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t("push.title")}</h1>
      <p className={classes.text}>{t("push.text")}</p>
      <PushGuide />
    </div>
  );
}
