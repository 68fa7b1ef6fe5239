import { Button, NativeSelect } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../../src/resources/kinds.ts";
import { leaveOrganization } from "../../organization-api.ts";
import { meQuery } from "../../queries.ts";
import { changeSpec } from "../../resource-api.ts";
import classes from "../account/AccountPanels.module.css";
import { Panel } from "../Panel.tsx";
import { Question } from "../Question.tsx";
import { handOver, hasMember, isLastOwner } from "./members.ts";

/** Leaving an organization, for its members; an owner may make another user owner with it, and the last one has to. */
export function LeavePanel({ organization }: { organization: Organization }) {
  const { t } = useTranslation("account");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery());
  const [heir, setHeir] = useState("");
  const [isAsking, setAsking] = useState(false);
  const { name } = organization.metadata;
  const { members = [] } = organization.spec;
  const own = members.find((member) => member.kind === "User" && member.name === me?.name);
  if (!own) return null;
  const others = members.filter(({ kind, name: user }) => kind === "User" && user !== own.name);
  const mustHandOver = isLastOwner(members, own) && !hasMember(others, { kind: "User", name: heir });

  function leave(): Promise<unknown> {
    if (heir === "") return leaveOrganization(name);
    const change = { from: own?.name ?? "", to: heir };
    return changeSpec(organization, ({ spec }) => ({ members: handOver(spec.members ?? [], change) }));
  }

  async function goOn(): Promise<void> {
    await navigate({ to: "/account" });
    await queryClient.invalidateQueries();
  }

  return (
    <Panel title={t("leave.title")}>
      <p className={classes.text}>{t(mustHandOver ? "leave.lastOwner" : "leave.text")}</p>
      {own.role === "owner" && others.length > 0 && (
        <NativeSelect
          className={classes.start}
          label={t("leave.heir")}
          value={heir}
          onChange={(event) => setHeir(event.currentTarget.value)}
          data={[
            { value: "", label: t("leave.nobody") },
            ...others.map((member) => ({ value: member.name, label: member.name })),
          ]}
        />
      )}
      <Button
        className={classes.start}
        variant="default"
        disabled={mustHandOver}
        onClick={() => setAsking(true)}
      >
        {t("leave.title")}
      </Button>
      {isAsking && (
        <Question
          title={t("leave.question", { name })}
          text={heir === "" ? t("leave.consequence") : t("leave.handOver", { name: heir })}
          action={t("leave.title")}
          run={leave}
          onDone={goOn}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
