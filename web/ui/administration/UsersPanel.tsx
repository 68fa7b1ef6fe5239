import { Button, Skeleton, TextInput } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/api/contract/me.ts";
import type { UserAccount } from "../../../src/api/contract/users.ts";
import { deleteUser } from "../../administration-api.ts";
import { usersQuery } from "../../administration-queries.ts";
import { AccountDeletion } from "../account/AccountDeletion.tsx";
import panelClasses from "../account/AccountPanels.module.css";
import tokenClasses from "../account/TokenTable.module.css";
import { ErrorState } from "../ErrorState.tsx";
import { Panel } from "../Panel.tsx";
import { NewUserForm } from "./NewUserForm.tsx";
import { ResetLink, type MadeLink } from "./ResetLink.tsx";
import { UserRow } from "./UserRow.tsx";
import classes from "./UsersPanel.module.css";

interface UsersPanelProps {
  /** What a name has in it; "" for all. */
  text: string;
  me: Me;
}

/** Every account of the hub: found, made, let in and kept out, helped, deleted. */
export function UsersPanel({ text, me }: UsersPanelProps) {
  const { t } = useTranslation("account");
  const [isOpen, setOpen] = useState(false);
  const [link, setLink] = useState<MadeLink>();
  const refresh = useRefresh();

  return (
    <div className={panelClasses.panels}>
      {link && <ResetLink link={link} onClose={() => setLink(undefined)} />}
      {isOpen && (
        <Panel title={t("users.new")}>
          <NewUserForm
            onCancel={() => setOpen(false)}
            onMade={(made) => {
              setOpen(false);
              setLink(made);
              void refresh();
            }}
          />
        </Panel>
      )}
      <div className={classes.tools}>
        <UserSearch key={text} text={text} />
        {!isOpen && (
          <Button leftSection={<IconPlus size="1rem" />} onClick={() => setOpen(true)}>
            {t("users.make")}
          </Button>
        )}
      </div>
      <Users text={text} me={me} onLink={setLink} />
    </div>
  );
}

function UserSearch({ text }: { text: string }) {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const [typed, setTyped] = useState(text);

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const q = typed.trim();
    void navigate({ to: "/administration", search: q === "" ? {} : { q } });
  }

  return (
    <form role="search" className={classes.search} onSubmit={submit}>
      <TextInput
        type="search"
        aria-label={t("users.find")}
        placeholder={t("users.find")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={255}
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}

function Users({ text, me, onLink }: UsersPanelProps & { onLink: (link: MadeLink) => void }) {
  const { t } = useTranslation("account");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    usersQuery(text),
  );
  const refresh = useRefresh();
  const [deleted, setDeleted] = useState<UserAccount>();
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  const users = data?.pages.flatMap(({ items }) => items);
  return (
    <Panel title={t("administration.users")}>
      {users === undefined && <Skeleton height="3rem" radius="md" />}
      {users?.length === 0 && <p className={tokenClasses.none}>{t("users.none")}</p>}
      <ul className={tokenClasses.tokens}>
        {users?.map((user) => (
          <UserRow
            key={user.name}
            user={user}
            isOwn={user.name === me.name}
            onLink={onLink}
            onDelete={() => setDeleted(user)}
          />
        ))}
      </ul>
      {hasNextPage && (
        <Button
          className={panelClasses.start}
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("users.more")}
        </Button>
      )}
      {deleted && (
        <AccountDeletion
          name={deleted.name}
          run={(query) => deleteUser(deleted.name, query)}
          onDone={refresh}
          onClose={() => setDeleted(undefined)}
        />
      )}
    </Panel>
  );
}

function useRefresh() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: ["users"] });
}
