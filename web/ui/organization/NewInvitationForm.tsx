import { Button, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { InvitationShownOnce } from "../../../src/api/contract/invitations.ts";
import type { Role } from "../../../src/resources/organization.ts";
import { createInvitation } from "../../organization-api.ts";
import { ROLES } from "../account/RoleName.tsx";
import { Form } from "../form/Form.tsx";
import { FormFailure } from "../form/FormFailure.tsx";
import { useForm } from "../form/use-form.ts";
import {
  INVITATION_DAYS,
  INVITATION_USES,
  toNewInvitation,
  type InvitationWords,
} from "./invitation-words.ts";
import classes from "./MembersPanel.module.css";

const INITIAL: InvitationWords = { role: "publisher", uses: "1", days: "7" };

interface NewInvitationFormProps {
  organization: string;
  onMade: (invitation: InvitationShownOnce) => void;
}

/** As what people join by a link, how many, and how long. */
export function NewInvitationForm({ organization, onMade }: NewInvitationFormProps) {
  const { t } = useTranslation("account");
  const state = useForm({
    initial: INITIAL,
    send: (words) => createInvitation(organization, toNewInvitation(words, new Date())),
    onDone: onMade,
  });
  const { role, uses, days } = state.values;
  return (
    <Form state={state}>
      <div className={classes.add}>
        <NativeSelect
          name="role"
          label={t("members.role")}
          value={role}
          onChange={(event) => state.set({ role: event.currentTarget.value as Role })}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        <NativeSelect
          name="uses"
          label={t("invitations.uses")}
          value={uses}
          onChange={(event) => state.set({ uses: event.currentTarget.value as InvitationWords["uses"] })}
          data={INVITATION_USES.map((value) => ({
            value,
            label: t("invitations.people", { count: Number(value) }),
          }))}
        />
        <NativeSelect
          name="days"
          label={t("token.expires")}
          value={days}
          onChange={(event) => state.set({ days: event.currentTarget.value as InvitationWords["days"] })}
          data={INVITATION_DAYS.map((value) => ({
            value,
            label: t("token.days", { count: Number(value) }),
          }))}
        />
        <Button type="submit" loading={state.isPending}>
          {t("invitations.make")}
        </Button>
      </div>
      <FormFailure error={state.failure} />
    </Form>
  );
}
