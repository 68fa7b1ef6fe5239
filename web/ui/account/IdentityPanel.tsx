import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IdentityList } from "../../../src/api/contract/identities.ts";
import { beginLink, endLink } from "../../account-api.ts";
import { identitiesQuery } from "../../account-queries.ts";
import { toAccountState } from "../../url-state.ts";
import { Age } from "../Age.tsx";
import { FormFailure } from "../form/FormFailure.tsx";
import { Panel } from "../Panel.tsx";
import { Question } from "../Question.tsx";
import classes from "./AccountPanels.module.css";
import { LoginProblem } from "./LoginProblem.tsx";

type Identity = IdentityList["items"][number];

interface IdentityPanelProps {
  identities: IdentityList;
  /** undefined: the hub has no provider. */
  providerName: string | undefined;
}

/** The link between the account and the provider; also those to providers that there were. */
export function IdentityPanel({ identities: { items }, providerName }: IdentityPanelProps) {
  const { t } = useTranslation("account");
  const state = toAccountState(useSearch({ from: "/account" }));
  const name = providerName ?? t("identity.other");
  if (providerName === undefined && items.length === 0) return null;
  return (
    <Panel title={t("identity.title", { name })}>
      <LoginProblem {...state} />
      {items.map((identity) => (
        <LinkedIdentity
          key={identity.id}
          identity={identity}
          name={identity.isUsable ? name : t("identity.other")}
        />
      ))}
      {providerName !== undefined && !items.some(({ isUsable }) => isUsable) && <NewLink name={name} />}
    </Panel>
  );
}

function NewLink({ name }: { name: string }) {
  const { t } = useTranslation("account");
  const linking = useMutation({
    mutationFn: beginLink,
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <p className={classes.text}>{t("identity.none", { name })}</p>
      <FormFailure error={linking.error} />
      <Button
        className={classes.start}
        variant="default"
        loading={linking.isPending || linking.isSuccess}
        onClick={() => linking.mutate()}
      >
        {t("identity.link", { name })}
      </Button>
    </>
  );
}

function LinkedIdentity({ identity, name }: { identity: Identity; name: string }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { id, shownAs, usedAt, isLast } = identity;
  return (
    <>
      <p className={classes.text}>
        {t("identity.linked", { shownAs, name })} {t("identity.used")} <Age value={usedAt} />
      </p>
      {isLast && <p className={classes.text}>{t("identity.last")}</p>}
      <Button className={classes.start} variant="default" disabled={isLast} onClick={() => setAsking(true)}>
        {t("identity.end")}
      </Button>
      {isAsking && (
        <Question
          title={t("identity.endTitle", { shownAs })}
          text={t("identity.endText")}
          action={t("identity.end")}
          run={() => endLink(id)}
          onDone={() => queryClient.invalidateQueries(identitiesQuery())}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
