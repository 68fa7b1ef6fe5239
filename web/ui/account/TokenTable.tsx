import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Token } from "../../../src/api/contract/tokens.ts";
import { revokeToken } from "../../account-api.ts";
import { tokensQuery } from "../../account-queries.ts";
import { hasStatus } from "../../http.ts";
import { ErrorState } from "../ErrorState.tsx";
import { Panel } from "../Panel.tsx";
import { Question } from "../Question.tsx";
import { Expiry, LastUse } from "./TokenFacts.tsx";
import classes from "./TokenTable.module.css";

/** Every token of the user: what it may, until when, when it was used, and taking it away. */
export function TokenTable() {
  const { t } = useTranslation("account");
  const { data, error, refetch } = useQuery(tokensQuery());
  const [revoked, setRevoked] = useState<Token>();
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <Panel title={t("tokens.title")}>
      {data === undefined && <Skeleton height="3rem" radius="md" />}
      {data?.length === 0 && <p className={classes.none}>{t("tokens.none")}</p>}
      <ul className={classes.tokens}>
        {data?.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={() => setRevoked(token)} />
        ))}
      </ul>
      {revoked && <RevokeQuestion token={revoked} onClose={() => setRevoked(undefined)} />}
    </Panel>
  );
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const { t } = useTranslation("account");
  return (
    <li className={classes.token}>
      <div className={classes.words}>
        <h3 className={classes.name}>{token.name}</h3>
        <p className={classes.facts}>
          {token.scopes.map((scope) => t(`scope.${scope}`)).join(" · ")}
          {" · "}
          {token.repositories.length === 0 ? t("token.allRepositories") : token.repositories.join(", ")}
        </p>
        <p className={classes.facts}>
          <Expiry expiresAt={token.expiresAt} />
          {" · "}
          <LastUse lastUsedAt={token.lastUsedAt} />
        </p>
      </div>
      <Button
        variant="default"
        size="xs"
        onClick={onRevoke}
        aria-label={t("tokens.revokeName", { name: token.name })}
      >
        {t("tokens.revoke")}
      </Button>
    </li>
  );
}

function RevokeQuestion({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  return (
    <Question
      title={t("tokens.revokeTitle", { name: token.name })}
      text={t("tokens.revokeText")}
      action={t("tokens.revoke")}
      run={() => revokeToken(token.id).catch(unlessGone)}
      onDone={() => queryClient.invalidateQueries({ queryKey: tokensQuery().queryKey })}
      onClose={onClose}
    />
  );
}

/** Revoked in another place meanwhile: what was wanted is so. */
function unlessGone(error: unknown): void {
  if (!hasStatus(error, 404)) throw error;
}
