import { Button, Skeleton } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../src/api/contract/me.ts";
import { starsQuery } from "../../account-queries.ts";
import { Avatar } from "../Avatar.tsx";
import { EmptyState } from "../EmptyState.tsx";
import { ErrorState } from "../ErrorState.tsx";
import { Section } from "../Section.tsx";
import { StarButton } from "../StarButton.tsx";
import { RoleName } from "./RoleName.tsx";
import classes from "./AccountOverview.module.css";

/** Rows shown at once; a user may be in a thousand organizations and have a thousand stars. */
const PAGE = 50;

/** Where the user belongs, and what the user starred. */
export function AccountOverview({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  return (
    <div>
      <Section
        title={t("organizations.title")}
        more={
          <Button
            size="sm"
            variant="light"
            leftSection={<IconPlus size="1rem" />}
            renderRoot={(props) => <Link to="/new-organization" {...props} />}
          >
            {t("organizations.new")}
          </Button>
        }
      >
        <Rows
          rows={me.organizations.map(({ name, role }) => (
            <li key={name}>
              <Avatar name={name} icon={undefined} size="sm" />
              <Link to="/o/$organization" params={{ organization: name }} className={classes.link}>
                {name}
              </Link>
              <RoleName role={role} />
            </li>
          ))}
        />
      </Section>
      <Section title={t("stars.title")}>
        <Stars />
      </Section>
    </div>
  );
}

function Stars() {
  const { t } = useTranslation("account");
  const { data, error, refetch } = useQuery(starsQuery());
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height="3.5rem" radius="lg" />;
  if (data.length === 0) return <EmptyState title={t("stars.none")}>{t("stars.noneText")}</EmptyState>;
  return (
    <Rows
      rows={data.toReversed().map((name) => (
        <li key={name}>
          <Avatar name={name} icon={undefined} size="sm" />
          <Link to="/r/$" params={{ _splat: name }} className={classes.link}>
            {name}
          </Link>
          <StarButton repository={name} stars={undefined} />
        </li>
      ))}
    />
  );
}

function Rows({ rows }: { rows: readonly React.ReactElement[] }) {
  const { t } = useTranslation("account");
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <ul className={classes.rows}>{rows.slice(0, shown)}</ul>
      {rows.length > shown && (
        <Button variant="default" mt="md" onClick={() => setShown(shown + PAGE)}>
          {t("organizations.more", { count: Math.min(PAGE, rows.length - shown) })}
        </Button>
      )}
    </>
  );
}
