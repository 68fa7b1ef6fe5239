import { Button } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/api/contract/me.ts";
import type { TokenShownOnce } from "../../../src/api/contract/tokens.ts";
import { tokensQuery } from "../../account-queries.ts";
import { Panel } from "../Panel.tsx";
import classes from "./AccountPanels.module.css";
import { MadeToken } from "./MadeToken.tsx";
import { NewTokenForm } from "./NewTokenForm.tsx";

/** Making a token, and showing it, which can be done once. */
export function NewTokenPanel({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<TokenShownOnce>();
  if (made)
    return (
      <MadeToken
        title={t("token.made", { name: made.name })}
        user={me.name}
        token={made.token}
        onClose={() => setMade(undefined)}
      />
    );
  return (
    <Panel title={t("token.new")}>
      <p className={classes.text}>{t("token.text")}</p>
      {isOpen ? (
        <NewTokenForm
          onCancel={() => setOpen(false)}
          onMade={(token) => {
            setMade(token);
            setOpen(false);
            void queryClient.invalidateQueries({ queryKey: tokensQuery().queryKey });
          }}
        />
      ) : (
        <Button
          className={classes.start}
          leftSection={<IconPlus size="1rem" />}
          onClick={() => setOpen(true)}
        >
          {t("token.make")}
        </Button>
      )}
    </Panel>
  );
}
