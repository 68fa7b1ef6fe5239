import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../../src/resources/kinds.ts";
import type { Member, Role } from "../../../src/resources/organization.ts";
import { hubInfoQuery } from "../../queries.ts";
import { isAccountName } from "../account/account-rules.ts";
import { ROLES } from "../account/RoleName.tsx";
import { Form } from "../form/Form.tsx";
import { useForm } from "../form/use-form.ts";
import classes from "./MembersPanel.module.css";
import { hasMember, withMember } from "./members.ts";

interface AddMemberProps {
  members: readonly Member[];
  add: (change: (members: readonly Member[]) => Member[]) => Promise<Organization>;
}

/** Who is in a group the hub knows from the provider by which users log in. */
const KINDS = ["User", "Group"] as const;

/** Takes a user into the organization, or a group of users where the hub knows of any. */
export function AddMember({ members, add }: AddMemberProps) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: { kind: "User" as (typeof KINDS)[number], name: "", role: "publisher" as Role },
    check({ kind, name }) {
      const key = { kind, name: name.trim() };
      if (kind === "User" && !isAccountName(key.name)) return { name: t("members.noName") };
      if (key.name === "") return { name: t("members.noGroup") };
      return { name: hasMember(members, key) ? t("members.isThere", { name: key.name }) : undefined };
    },
    send: ({ kind, name, role }) => add((all) => withMember(all, { kind, name: name.trim() }, role)),
    isClearedWhenDone: true,
  });
  const { data: hub } = useQuery(hubInfoQuery());
  const { kind } = state.values;
  return (
    <Form state={state}>
      <div className={classes.add}>
        <TextInput
          {...state.text("name")}
          label={t(`members.nameOf.${kind}`)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={kind === "User" ? 63 : 253}
        />
        {hub?.oidc && (
          <NativeSelect
            name="kind"
            label={t("members.kind")}
            value={kind}
            onChange={(event) => state.set({ kind: event.currentTarget.value as typeof kind })}
            data={KINDS.map((value) => ({ value, label: t(`members.kinds.${value}`) }))}
          />
        )}
        <NativeSelect
          name="role"
          label={t("members.role")}
          value={state.values.role}
          onChange={(event) => state.set({ role: event.currentTarget.value as Role })}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        <Button type="submit" loading={state.isPending}>
          {t("members.add")}
        </Button>
      </div>
      <p className={classes.none}>
        {t(`roleMeaning.${state.values.role}`)}
        {kind === "Group" && ` ${t("members.groupMeaning", { name: hub?.oidc?.name })}`}
      </p>
    </Form>
  );
}
