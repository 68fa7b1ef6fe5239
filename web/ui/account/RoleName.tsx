import { useTranslation } from "react-i18next";
import type { Role } from "../../../src/resources/organization.ts";
import classes from "./RoleName.module.css";

/** Roles, the one that may most first. */
export const ROLES: readonly Role[] = ["owner", "publisher", "reader"];

/** What somebody is in an organization, in the reader's language; what it means on hover. */
export function RoleName({ role }: { role: string }) {
  const { t } = useTranslation("account");
  const known = ROLES.find((one) => one === role);
  return (
    <span className={classes.role} title={known && t(`roleMeaning.${known}`)}>
      {known ? t(`role.${known}`) : role}
    </span>
  );
}
