import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Robot, RobotShownOnce } from "../../../src/api/contract/robots.ts";
import { hasStatus } from "../../http.ts";
import { changeRobot, createRobot } from "../../organization-api.ts";
import { isAccountName } from "../account/account-rules.ts";
import tokenClasses from "../account/NewTokenForm.module.css";
import { ScopeBoxes } from "../account/ScopeBoxes.tsx";
import { Form } from "../form/Form.tsx";
import { FormActions } from "../form/FormActions.tsx";
import { useForm, type FormState } from "../form/use-form.ts";
import {
  lifetimesOf,
  NEW_ROBOT,
  ROBOT_SCOPES,
  toChangedRobot,
  toNewRobot,
  wordsOf,
  wrongRobotPattern,
  type RobotLifetime,
  type RobotWords,
} from "./robot-words.ts";

interface RobotFormProps {
  organization: string;
  onCancel: () => void;
}

interface NewProps extends RobotFormProps {
  robot?: undefined;
  onMade: (robot: RobotShownOnce) => void;
}

interface ChangeProps extends RobotFormProps {
  /** The one that is changed. */
  robot: Robot;
  onChanged: () => void;
}

/** What a robot is called, what it is good for, where, and how long; its name is never changed. */
export function RobotForm(props: NewProps | ChangeProps) {
  const { organization, onCancel, robot } = props;
  const { t } = useTranslation("account");
  const state = useForm({
    initial: robot ? wordsOf(robot) : NEW_ROBOT,
    check({ name, scopes, repositories }) {
      const wrong = wrongRobotPattern(organization, repositories);
      return {
        name: isAccountName(name) ? undefined : t("rules.name"),
        scopes: scopes.length === 0 ? t("token.scopeMissing") : undefined,
        repositories:
          wrong === undefined ? undefined : t("robots.patternWrong", { pattern: wrong, organization }),
      };
    },
    async send(words) {
      if (props.robot) {
        await changeRobot(organization, props.robot.name, toChangedRobot(words, new Date()));
        props.onChanged();
      } else props.onMade(await createRobot(organization, toNewRobot(words, new Date())));
    },
  });
  const isTaken = hasStatus(state.failure, 409);
  return (
    <Form state={state}>
      {!robot && (
        <TextInput
          {...state.text("name")}
          label={t("robots.name")}
          description={t("robots.nameHint", { organization })}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
      )}
      <ScopeBoxes
        scopes={ROBOT_SCOPES}
        chosen={state.values.scopes}
        error={state.errorOf("scopes")}
        onChange={(scopes) => state.set({ scopes })}
      />
      <Textarea
        {...state.text("repositories")}
        label={t("token.repositories")}
        description={t("robots.repositoriesHint", { organization })}
        placeholder={`${organization}/*`}
        rows={2}
        autoCapitalize="none"
        spellCheck={false}
      />
      <LifetimeField state={state} robot={robot} />
      <FormActions
        state={state}
        submit={t(robot ? "settings.save" : "robots.make")}
        failureTitle={isTaken ? t("robots.taken") : undefined}
      >
        <Button variant="default" onClick={onCancel}>
          {t("question.cancel")}
        </Button>
      </FormActions>
    </Form>
  );
}

function LifetimeField({ state, robot }: { state: FormState<RobotWords>; robot: Robot | undefined }) {
  const { t } = useTranslation("account");

  function label(value: RobotLifetime): string {
    if (value === "kept") return t("robots.kept");
    return value === "never" ? t("token.never") : t("token.days", { count: Number(value) });
  }

  return (
    <NativeSelect
      className={tokenClasses.lifetime}
      name="lifetime"
      label={t("token.expires")}
      value={state.values.lifetime}
      onChange={(event) => state.set({ lifetime: event.currentTarget.value as RobotLifetime })}
      error={state.errorOf("expiresAt")}
      data={lifetimesOf(robot).map((value) => ({ value, label: label(value) }))}
    />
  );
}
