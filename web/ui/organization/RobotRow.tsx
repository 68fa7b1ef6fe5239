import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Robot } from "../../../src/api/contract/robots.ts";
import { Expiry, LastUse } from "../account/TokenFacts.tsx";
import classes from "../account/TokenTable.module.css";
import { ROBOT_SCOPES } from "./robot-words.ts";

interface RobotRowProps {
  robot: Robot;
  onChange: () => void;
  onRevoke: () => void;
}

/** One robot: its name for docker, what it may, until when, and when it was used. */
export function RobotRow({ robot, onChange, onRevoke }: RobotRowProps) {
  const { t } = useTranslation("account");
  const { login } = robot;
  const scopes = ROBOT_SCOPES.filter((scope) => robot.scopes.includes(scope));
  return (
    <li className={classes.token}>
      <div className={classes.words}>
        <h3 className={classes.name}>{login}</h3>
        <p className={classes.facts}>
          {scopes.map((scope) => t(`scope.${scope}`)).join(" · ")}
          {" · "}
          {robot.repositories.join(", ")}
        </p>
        <p className={classes.facts}>
          <Expiry expiresAt={robot.expiresAt} />
          {" · "}
          <LastUse lastUsedAt={robot.lastUsedAt} />
          {" · "}
          {t("robots.by", { name: robot.createdBy })}
        </p>
      </div>
      <div className={classes.actions}>
        <Button variant="default" size="xs" onClick={onChange} aria-label={t("robots.changeName", { login })}>
          {t("robots.change")}
        </Button>
        <Button variant="default" size="xs" onClick={onRevoke} aria-label={t("robots.revokeName", { login })}>
          {t("tokens.revoke")}
        </Button>
      </div>
    </li>
  );
}
