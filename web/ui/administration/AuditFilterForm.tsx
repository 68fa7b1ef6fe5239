import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AUDIT_OUTCOMES, AUDIT_SPANS, toAuditFilters, type AuditFilters } from "./audit-filters.ts";
import classes from "./AuditPanel.module.css";

const TEXTS = ["actor", "action", "resource", "organization"] as const;

/** What entries are looked for; it goes into the URL. */
export function AuditFilterForm({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const [words, setWords] = useState<{ [K in keyof AuditFilters]?: string }>(filters);

  function submit(event: React.FormEvent) {
    event.preventDefault();
    void navigate({ to: "/administration", search: { view: "audit", ...toAuditFilters(words) } });
  }

  return (
    <form role="search" aria-label={t("administration.audit")} className={classes.filters} onSubmit={submit}>
      {TEXTS.map((name) => (
        <TextInput
          key={name}
          name={name}
          label={t(`audit.${name}`)}
          placeholder={t(`auditHint.${name}`)}
          value={words[name] ?? ""}
          onChange={(event) => setWords({ ...words, [name]: event.currentTarget.value })}
          maxLength={255}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      ))}
      <NativeSelect
        name="outcome"
        label={t("audit.outcome")}
        value={words.outcome ?? ""}
        onChange={(event) => setWords({ ...words, outcome: event.currentTarget.value })}
        data={[
          { value: "", label: t("audit.any") },
          ...AUDIT_OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })),
        ]}
      />
      <NativeSelect
        name="span"
        label={t("audit.span")}
        value={words.span ?? ""}
        onChange={(event) => setWords({ ...words, span: event.currentTarget.value })}
        data={[
          { value: "", label: t("audit.all") },
          ...AUDIT_SPANS.map((value) => ({ value, label: t(`span.${value}`) })),
        ]}
      />
      <Button type="submit">{t("audit.show")}</Button>
    </form>
  );
}
