import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../../src/resources/kinds.ts";
import type { Member } from "../../../src/resources/organization.ts";
import { meQuery, organizationQuery } from "../../queries.ts";
import { changeSpec } from "../../resource-api.ts";
import { FormFailure } from "../form/FormFailure.tsx";
import { Question } from "../Question.tsx";
import { AddMember } from "./AddMember.tsx";
import { MemberRow } from "./MemberRow.tsx";
import classes from "./MembersPanel.module.css";
import { findMembers, withMember, withoutMember } from "./members.ts";

/** Members shown at once; an organization may have two thousand. */
const PAGE = 50;
/** From so many on they can be filtered. */
const FILTERED_FROM = 10;

interface MembersPanelProps {
  organization: Organization;
  isOwner: boolean;
}

/** Who belongs to an organization, and as what; owners change that. */
export function MembersPanel({ organization, isOwner }: MembersPanelProps) {
  const { t } = useTranslation("account");
  const { members = [] } = organization.spec;
  const change = useChangeMembers(organization);
  const [text, setText] = useState("");
  const [shown, setShown] = useState(PAGE);
  const [removed, setRemoved] = useState<Member>();
  const found = findMembers(members, text);
  return (
    <div className={classes.panel}>
      {isOwner && <AddMember members={members} add={change.mutateAsync} />}
      {members.length > FILTERED_FROM && (
        <TextInput
          type="search"
          aria-label={t("members.filter")}
          placeholder={t("members.filter")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <FormFailure error={change.error} />
      {found.length === 0 && <p className={classes.none}>{t("members.none")}</p>}
      <ul className={classes.members} aria-busy={change.isPending}>
        {found.slice(0, shown).map((member) => (
          <MemberRow
            key={`${member.kind}/${member.name}`}
            member={member}
            members={members}
            isOwner={isOwner}
            onRole={(role) => change.mutate((all) => withMember(all, member, role))}
            onRemove={() => setRemoved(member)}
          />
        ))}
      </ul>
      {found.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + PAGE)}>
          {t("organizations.more", { count: Math.min(PAGE, found.length - shown) })}
        </Button>
      )}
      {removed && (
        <Question
          title={t("members.removeTitle", { name: removed.name })}
          text={t("members.removeText", { organization: organization.metadata.name })}
          action={t("members.remove")}
          run={() => change.mutateAsync((all) => withoutMember(all, removed))}
          onDone={() => undefined}
          onClose={() => setRemoved(undefined)}
        />
      )}
    </div>
  );
}

/** A change is of the members as they are when it is made, so two owners at work do not undo each other's. */
function useChangeMembers(organization: Organization) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: (members: readonly Member[]) => Member[]) =>
      changeSpec(organization, ({ spec }) => ({ members: change(spec.members ?? []) })),
    async onSuccess(changed) {
      queryClient.setQueryData(organizationQuery(changed.metadata.name).queryKey, changed);
      await queryClient.invalidateQueries(meQuery());
    },
  });
}
