import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../../../src/api/contract/audit.ts";
import tableClasses from "../TagTable.module.css";
import { formatMoment } from "../format.ts";
import classes from "./AuditPanel.module.css";

/** Entries of the audit, one a row. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation("account");
  return (
    <div className={tableClasses.scroll} tabIndex={0} role="region" aria-label={t("administration.audit")}>
      <table className={tableClasses.table}>
        <thead>
          <tr>
            {(["at", "actor", "action", "resource", "outcome", "address"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`audit.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation("account");
  const { at, actor, action, resource, outcome, status, address, count } = entry;
  return (
    <tr>
      <td>
        <time dateTime={at}>{formatMoment(new Date(at), i18n.language)}</time>
      </td>
      <td>{actor === "" ? t("audit.unknown") : actor}</td>
      <td>
        <code>{action}</code>
        {count > 1 && ` ×${count}`}
      </td>
      <td>
        <span className={classes.resource} title={resource}>
          {resource}
        </span>
      </td>
      <td>
        <span className={classes.outcome} data-bad={outcome !== "success"} title={String(status)}>
          {t(`outcome.${outcome}`)}
        </span>
      </td>
      <td>{address}</td>
    </tr>
  );
}
