import { Link } from "@tanstack/react-router";
import IconClock from "@tabler/icons-react/icons/IconClock";
import IconDownload from "@tabler/icons-react/icons/IconDownload";
import IconLock from "@tabler/icons-react/icons/IconLock";
import { useTranslation } from "react-i18next";
import type { Repository } from "../../src/resources/kinds.ts";
import { Age } from "./Age.tsx";
import { Avatar } from "./Avatar.tsx";
import { formatCount } from "./format.ts";
import { KeywordChips } from "./KeywordChips.tsx";
import { StarButton } from "./StarButton.tsx";
import classes from "./RepositoryHeader.module.css";

/** Who and what: icon, name, description, numbers, keywords. */
export function RepositoryHeader({ repository }: { repository: Repository }) {
  const { t } = useTranslation();
  const { spec, status } = repository;
  const slash = spec.name.indexOf("/");
  const organization = spec.name.slice(0, slash);
  return (
    <header className={classes.header}>
      <Avatar name={spec.name} icon={status?.detail?.icon} size="lg" />
      <div className={classes.text}>
        <h1 className={classes.title}>
          <Link to="/o/$organization" params={{ organization }} className={classes.organization}>
            {organization}
          </Link>
          <span className={classes.slash}>/</span>
          <span>{spec.name.slice(slash + 1)}</span>
          {spec.visibility === "private" && (
            <IconLock size="1.25rem" role="img" aria-label={t("repository.private")} />
          )}
        </h1>
        {status?.detail?.description && <p className={classes.description}>{status.detail.description}</p>}
        <Numbers repository={repository} />
        <KeywordChips keywords={status?.detail?.keywords ?? []} label={t("repository.keywords")} />
      </div>
      <div className={classes.star}>
        <StarButton repository={spec.name} stars={status?.stars ?? 0} />
      </div>
    </header>
  );
}

function Numbers({ repository: { status } }: { repository: Repository }) {
  const { t, i18n } = useTranslation();
  const pulls = status?.pulls ?? 0;
  return (
    <ul className={classes.numbers}>
      <li>
        <IconDownload size="1rem" aria-hidden />
        {t("facts.pullsShort", { count: pulls, number: formatCount(pulls, i18n.language) })}
      </li>
      {status?.updatedAt && (
        <li>
          <IconClock size="1rem" aria-hidden />
          <span>
            {t("facts.updated")} <Age value={status.updatedAt} />
          </span>
        </li>
      )}
    </ul>
  );
}
