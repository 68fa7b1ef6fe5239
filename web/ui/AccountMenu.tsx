import { Button, Menu, UnstyledButton } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/icons/IconChevronDown";
import IconKey from "@tabler/icons-react/icons/IconKey";
import IconLogout from "@tabler/icons-react/icons/IconLogout";
import IconSettings from "@tabler/icons-react/icons/IconSettings";
import IconShield from "@tabler/icons-react/icons/IconShield";
import IconStar from "@tabler/icons-react/icons/IconStar";
import IconUsersPlus from "@tabler/icons-react/icons/IconUsersPlus";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Me } from "../../src/api/contract/me.ts";
import { logOut } from "../account-api.ts";
import { toLocalPath } from "../local-path.ts";
import { meQuery } from "../queries.ts";
import { Avatar } from "./Avatar.tsx";
import { useMe } from "./use-me.ts";
import { useNext } from "./use-next.ts";
import classes from "./AccountMenu.module.css";

/** The way in for who is not logged in, and the user's own pages for who is. The place is kept until that is known. */
export function AccountMenu() {
  const me = useMe();
  return (
    <div className={classes.account}>
      {me && me.name !== "" ? <SignedIn me={me} /> : <LogInLink isKnown={me !== undefined} />}
    </div>
  );
}

function LogInLink({ isKnown }: { isKnown: boolean }) {
  const { t } = useTranslation();
  const here = useNext();
  const next = useRouterState({ select: ({ location }) => nextOf(location, here) });
  return (
    <Button
      size="sm"
      variant="light"
      className={classes.logIn}
      data-known={isKnown}
      renderRoot={(props) => <Link to="/login" search={next ? { next } : {}} {...props} />}
    >
      {t("session.logIn")}
    </Button>
  );
}

/** Where to come back to: this page, and from the pages of logging in, wherever they were to lead. */
function nextOf({ pathname, search }: { pathname: string; search: { next?: unknown } }, here: string) {
  if (pathname === "/login" || pathname === "/register") return toLocalPath(search.next);
  return here === "/" ? undefined : here;
}

function SignedIn({ me }: { me: Me }) {
  const { t } = useTranslation();
  const name = me.displayName ?? me.name;
  return (
    <Menu position="bottom-end" withinPortal={false} width="max-content">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t("session.menu", { name })} title={name}>
          <Avatar name={me.name} icon={me.icon} size="sm" />
          <IconChevronDown size="1rem" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        <Menu.Label className={classes.name}>
          {name}
          {name !== me.name && <span>{me.name}</span>}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconStar size="1rem" />}
          renderRoot={(props) => <Link to="/account" {...props} />}
        >
          {t("session.account")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKey size="1rem" />}
          renderRoot={(props) => <Link to="/account" search={{ view: "tokens" }} {...props} />}
        >
          {t("session.tokens")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings size="1rem" />}
          renderRoot={(props) => <Link to="/account" search={{ view: "settings" }} {...props} />}
        >
          {t("session.settings")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconUsersPlus size="1rem" />}
          renderRoot={(props) => <Link to="/new-organization" {...props} />}
        >
          {t("session.newOrganization")}
        </Menu.Item>
        {me.administrator && (
          <Menu.Item
            leftSection={<IconShield size="1rem" />}
            renderRoot={(props) => <Link to="/administration" {...props} />}
          >
            {t("session.administration")}
          </Menu.Item>
        )}
        <Menu.Divider />
        <LogOutItem />
      </Menu.Dropdown>
    </Menu>
  );
}

function LogOutItem() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const leaving = useMutation({
    mutationFn: logOut,
    onSuccess: () => queryClient.invalidateQueries(meQuery()),
  });
  return (
    <Menu.Item
      leftSection={<IconLogout size="1rem" />}
      closeMenuOnClick={false}
      disabled={leaving.isPending}
      onClick={() => leaving.mutate()}
    >
      {leaving.error ? t("session.logOutFailed") : t("session.logOut")}
    </Menu.Item>
  );
}
