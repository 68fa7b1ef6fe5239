import { Button, NativeSelect, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Member, Role } from "../../../src/resources/organization.ts";
import { RoleName, ROLES } from "../account/RoleName.tsx";
import { Avatar } from "../Avatar.tsx";
import { isLastOwner } from "./members.ts";
import classes from "./MembersPanel.module.css";

interface MemberRowProps {
  member: Member;
  members: readonly Member[];
  isOwner: boolean;
  onRole: (role: Role) => void;
  onRemove: () => void;
}

/** One member: an owner gives another role, or removes it; the last owner stays, and the row says so. */
export function MemberRow({ member, members, isOwner, onRole, onRemove }: MemberRowProps) {
  const { t } = useTranslation("account");
  const { kind, name, role } = member;
  const stays = isLastOwner(members, member);
  return (
    <li className={classes.member}>
      <Avatar name={name} icon={undefined} size="sm" />
      <span className={classes.name}>
        {name}
        {kind !== "User" && <span className={classes.kind}>{t(`memberKind.${kind}`)}</span>}
      </span>
      {isOwner ? (
        <Tooltip label={t("members.lastOwner")} disabled={!stays}>
          <div className={classes.actions}>
            <NativeSelect
              size="xs"
              aria-label={t("members.roleOf", { name })}
              value={role}
              disabled={stays}
              onChange={(event) => onRole(event.currentTarget.value as Role)}
              data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            />
            <Button
              size="xs"
              variant="default"
              disabled={stays}
              aria-label={t("members.removeName", { name })}
              onClick={onRemove}
            >
              {t("members.remove")}
            </Button>
          </div>
        </Tooltip>
      ) : (
        <RoleName role={role} />
      )}
    </li>
  );
}
