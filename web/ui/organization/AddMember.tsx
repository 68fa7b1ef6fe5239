import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../../src/resources/kinds.ts";
import type { Member, Role } from "../../../src/resources/organization.ts";
import { isAccountName } from "../account/account-rules.ts";
import { ROLES } from "../account/RoleName.tsx";
import { Form } from "../form/Form.tsx";
import { useForm } from "../form/use-form.ts";
import classes from "./MembersPanel.module.css";
import { withMember } from "./members.ts";

interface AddMemberProps {
  members: readonly Member[];
  add: (change: (members: readonly Member[]) => Member[]) => Promise<Organization>;
}

/** Takes a user into the organization. */
export function AddMember({ members, add }: AddMemberProps) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: { user: "", role: "publisher" as Role },
    check({ user }) {
      if (!isAccountName(user.trim())) return { user: t("members.noName") };
      const isThere = members.some(({ kind, name }) => kind === "User" && name === user.trim());
      return { user: isThere ? t("members.isThere", { name: user.trim() }) : undefined };
    },
    send: ({ user, role }) => add((all) => withMember(all, { kind: "User", name: user.trim() }, role)),
    isClearedWhenDone: true,
  });
  return (
    <Form state={state}>
      <div className={classes.add}>
        <TextInput
          {...state.text("user")}
          label={t("members.user")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={63}
        />
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
      <p className={classes.none}>{t(`roleMeaning.${state.values.role}`)}</p>
    </Form>
  );
}
