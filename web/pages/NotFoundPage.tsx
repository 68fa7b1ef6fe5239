import { useTranslation } from "react-i18next";
import { NotFound } from "../ui/NotFound.tsx";

/** No page has this address. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return <NotFound title={t("notFound.page")} text={t("notFound.pageText")} search="" />;
}
