import { Button, Skeleton } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Robot, RobotShownOnce } from "../../../src/api/contract/robots.ts";
import { hasStatus } from "../../http.ts";
import { revokeRobot } from "../../organization-api.ts";
import { robotsQuery } from "../../organization-queries.ts";
import panelClasses from "../account/AccountPanels.module.css";
import { MadeToken } from "../account/MadeToken.tsx";
import classes from "../account/TokenTable.module.css";
import { ErrorState } from "../ErrorState.tsx";
import { Panel } from "../Panel.tsx";
import { Question } from "../Question.tsx";
import { RobotForm } from "./RobotForm.tsx";
import { RobotRow } from "./RobotRow.tsx";

/** The robots of an organization: making one, whose token is shown once, changing and revoking them. */
export function RobotsPanel({ organization }: { organization: string }) {
  const { t } = useTranslation("account");
  const refresh = useRefresh(organization);
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<RobotShownOnce>();
  if (made)
    return (
      <div className={panelClasses.panels}>
        <MadeToken
          title={t("robots.made", { login: made.login })}
          user={made.login}
          token={made.token}
          onClose={() => setMade(undefined)}
        />
      </div>
    );
  return (
    <div className={panelClasses.panels}>
      <Panel title={t("robots.new")}>
        <p className={panelClasses.text}>{t("robots.text", { organization })}</p>
        {isOpen ? (
          <RobotForm
            organization={organization}
            onCancel={() => setOpen(false)}
            onMade={(robot) => {
              setMade(robot);
              setOpen(false);
              void refresh();
            }}
          />
        ) : (
          <Button
            className={panelClasses.start}
            leftSection={<IconPlus size="1rem" />}
            onClick={() => setOpen(true)}
          >
            {t("robots.make")}
          </Button>
        )}
      </Panel>
      <Robots organization={organization} />
    </div>
  );
}

function Robots({ organization }: { organization: string }) {
  const { t } = useTranslation("account");
  const { data, error, refetch } = useQuery(robotsQuery(organization));
  const refresh = useRefresh(organization);
  const [changed, setChanged] = useState<string>();
  const [revoked, setRevoked] = useState<Robot>();
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <Panel title={t("robots.title")}>
      {data === undefined && <Skeleton height="3rem" radius="md" />}
      {data?.length === 0 && <p className={classes.none}>{t("robots.none")}</p>}
      <ul className={classes.tokens}>
        {data?.map((robot) =>
          robot.name === changed ? (
            <li key={robot.name} className={classes.form}>
              <h3 className={classes.name}>{robot.login}</h3>
              <RobotForm
                organization={organization}
                robot={robot}
                onCancel={() => setChanged(undefined)}
                onChanged={() => {
                  setChanged(undefined);
                  void refresh();
                }}
              />
            </li>
          ) : (
            <RobotRow
              key={robot.name}
              robot={robot}
              onChange={() => setChanged(robot.name)}
              onRevoke={() => setRevoked(robot)}
            />
          ),
        )}
      </ul>
      {revoked && (
        <Question
          title={t("robots.revokeTitle", { login: revoked.login })}
          text={t("tokens.revokeText")}
          action={t("tokens.revoke")}
          run={() => revokeRobot(organization, revoked.name).catch(unlessGone)}
          onDone={refresh}
          onClose={() => setRevoked(undefined)}
        />
      )}
    </Panel>
  );
}

function useRefresh(organization: string) {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: robotsQuery(organization).queryKey });
}

/** Revoked in another place meanwhile: what was wanted is so. */
function unlessGone(error: unknown): void {
  if (!hasStatus(error, 404)) throw error;
}
