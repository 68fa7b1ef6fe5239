import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { LoginState } from "../../local-path.ts";
import type account from "../../locales/account.en.json";
import { hubInfoQuery } from "../../queries.ts";
import formClasses from "../form/Form.module.css";

type Problem = keyof typeof account.loginProblem;

/** Why a login by the provider came to nothing, and what to do; nothing without a problem. */
export function LoginProblem({ problem, user = "" }: Pick<LoginState, "problem" | "user">) {
  const { t, i18n } = useTranslation("account");
  const { data } = useQuery(hubInfoQuery());
  if (problem === undefined || !data) return null;
  // A word that no release of this page knows is as a failure.
  const known = i18n.exists(`loginProblem.${problem}`, { ns: "account" }) ? (problem as Problem) : "failed";
  return (
    <div className={formClasses.failure} role="alert">
      <IconAlertTriangle size="1.125rem" aria-hidden />
      <p>{t(`loginProblem.${known}`, { name: data.oidc?.name ?? t("identity.other"), user })}</p>
    </div>
  );
}
