import { Button, Tooltip } from "@mantine/core";
import IconStar from "@tabler/icons-react/icons/IconStar";
import IconStarFilled from "@tabler/icons-react/icons/IconStarFilled";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { starsQuery } from "../account-queries.ts";
import { formatCount } from "./format.ts";
import classes from "./StarButton.module.css";
import { useMe } from "./use-me.ts";
import { useNext } from "./use-next.ts";
import { useStar } from "./use-star.ts";

interface StarButtonProps {
  repository: string;
  /** How many stars it has; undefined where that is not known, and not shown. */
  stars: number | undefined;
}

/** Gives a repository a star and takes it back; whoever is not logged in is led to where that is done. */
export function StarButton({ repository, stars }: StarButtonProps) {
  const { t } = useTranslation();
  const me = useMe();
  const next = useNext();
  if (me?.name !== "") return <OwnStar repository={repository} stars={stars} isKnown={me !== undefined} />;
  return (
    <Tooltip label={t("star.logIn")} openDelay={300}>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconStar size="1rem" />}
        rightSection={<Count stars={stars} />}
        renderRoot={(props) => <Link to="/login" search={{ next }} {...props} />}
      >
        {t("star.give")}
      </Button>
    </Tooltip>
  );
}

function OwnStar({ repository, stars, isKnown }: StarButtonProps & { isKnown: boolean }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...starsQuery(), enabled: isKnown });
  const starring = useStar(repository);
  const isStarred = data?.includes(repository) ?? false;
  return (
    <Tooltip
      label={t("star.failed")}
      disabled={!starring.isError}
      {...(starring.isError && { opened: true })}
    >
      <Button
        variant="default"
        size="sm"
        className={classes.star}
        data-starred={isStarred}
        aria-pressed={isStarred}
        disabled={data === undefined}
        leftSection={isStarred ? <IconStarFilled size="1rem" /> : <IconStar size="1rem" />}
        rightSection={<Count stars={stars} />}
        onClick={() => starring.mutate(!isStarred)}
      >
        {t(isStarred ? "star.given" : "star.give")}
      </Button>
    </Tooltip>
  );
}

function Count({ stars }: { stars: number | undefined }) {
  const { t, i18n } = useTranslation();
  if (stars === undefined) return null;
  return (
    <span className={classes.count}>
      <span aria-hidden>{formatCount(stars, i18n.language)}</span>
      <span className="visually-hidden">{t("facts.stars", { count: stars })}</span>
    </span>
  );
}
