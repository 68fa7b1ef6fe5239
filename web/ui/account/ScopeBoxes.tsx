import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TokenScope } from "../../../src/api/contract/tokens.ts";
import classes from "./NewTokenForm.module.css";

interface ScopeBoxesProps<S extends TokenScope> {
  /** Those that may be chosen. */
  scopes: readonly S[];
  chosen: readonly S[];
  error: string | undefined;
  isDisabled?: (scope: TokenScope) => boolean;
  onChange: (chosen: S[]) => void;
}

/** What a token may do, a box each. */
export function ScopeBoxes<S extends TokenScope>({
  scopes,
  chosen,
  error,
  isDisabled,
  onChange,
}: ScopeBoxesProps<S>) {
  const { t } = useTranslation("account");
  const shown: readonly TokenScope[] = scopes;
  return (
    <Checkbox.Group
      label={t("token.scopes")}
      error={error}
      value={[...chosen]}
      onChange={(values) => onChange(values as S[])}
    >
      <div className={classes.scopes}>
        {shown.map((scope) => (
          <Checkbox
            key={scope}
            value={scope}
            label={t(`scope.${scope}`)}
            description={t(`scopeMeaning.${scope}`)}
            aria-invalid={error !== undefined}
            disabled={isDisabled?.(scope) ?? false}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
