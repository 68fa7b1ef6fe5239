import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TokenScope, TokenShownOnce } from "../../../src/api/contract/tokens.ts";
import { createToken } from "../../account-api.ts";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { useForm, type FormState } from "../form/use-form.ts";
import classes from "./NewTokenForm.module.css";
import { ScopeBoxes } from "./ScopeBoxes.tsx";
import { LIFETIMES, TOKEN_SCOPES, toNewToken, wrongPattern, type TokenWords } from "./token-words.ts";

const INITIAL: TokenWords = { name: "", scopes: ["read"], repositories: "", lifetime: "90" };

interface NewTokenFormProps {
  onMade: (token: TokenShownOnce) => void;
  onCancel: () => void;
}

/** What a new token is called, what it is good for, where, and how long. */
export function NewTokenForm({ onMade, onCancel }: NewTokenFormProps) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: INITIAL,
    check({ name, scopes, repositories }) {
      const wrong = wrongPattern(repositories);
      return {
        name: name.trim() === "" ? t("token.nameMissing") : undefined,
        scopes: scopes.length === 0 ? t("token.scopeMissing") : undefined,
        repositories: wrong === undefined ? undefined : t("token.patternWrong", { pattern: wrong }),
      };
    },
    send: (words) => createToken(toNewToken(words, new Date())),
    onDone: onMade,
  });
  return (
    <Form state={state}>
      <TextInput
        {...state.text("name")}
        label={t("token.name")}
        description={t("token.nameHint")}
        maxLength={100}
        autoComplete="off"
        autoFocus
      />
      <Scopes state={state} />
      <Textarea
        {...state.text("repositories")}
        label={t("token.repositories")}
        description={t("token.repositoriesHint")}
        placeholder={t("token.allRepositories")}
        rows={2}
        autoCapitalize="none"
        spellCheck={false}
      />
      <NativeSelect
        className={classes.lifetime}
        name="lifetime"
        label={t("token.expires")}
        value={state.values.lifetime}
        onChange={(event) => state.set({ lifetime: event.currentTarget.value as TokenWords["lifetime"] })}
        error={state.errorOf("expiresAt")}
        data={LIFETIMES.map((value) => ({
          value,
          label: value === "never" ? t("token.never") : t("token.days", { count: Number(value) }),
        }))}
      />
      <FormActions state={state} submit={t("token.make")}>
        <Button variant="default" onClick={onCancel}>
          {t("question.cancel")}
        </Button>
      </FormActions>
    </Form>
  );
}

function Scopes({ state }: { state: FormState<TokenWords> }) {
  const { scopes } = state.values;
  const isAll = scopes.includes("admin");
  return (
    <ScopeBoxes
      scopes={TOKEN_SCOPES}
      chosen={isAll ? TOKEN_SCOPES : scopes}
      error={state.errorOf("scopes")}
      isDisabled={(scope) => isAll && scope !== "admin"}
      onChange={(chosen) => state.set({ scopes: next(chosen, isAll) })}
    />
  );
}

/** `admin` includes all others: with it they are shown as chosen, and without it none of them is. */
function next(chosen: TokenScope[], wasAll: boolean): TokenScope[] {
  if (chosen.includes("admin")) return ["admin"];
  return wasAll ? ["read"] : chosen;
}
