import { Link } from "@tanstack/react-router";
import IconClock from "@tabler/icons-react/icons/IconClock";
import IconDownload from "@tabler/icons-react/icons/IconDownload";
import IconStar from "@tabler/icons-react/icons/IconStar";
import { useTranslation } from "react-i18next";
import type { SearchItem } from "../../src/api/contract/search.ts";
import { Avatar } from "./Avatar.tsx";
import { Age } from "./Age.tsx";
import { formatCount } from "./format.ts";
import { Highlighted } from "./Highlighted.tsx";
import { Platforms } from "./Platforms.tsx";
import classes from "./RepositoryCard.module.css";

/** Keywords on a card; the page has all. */
const KEYWORDS_SHOWN = 4;

/** A repository in a list: the whole card is one link. */
export function RepositoryCard({ item }: { item: SearchItem }) {
  const { highlights } = item;
  const { organization, path } = splitName(highlights.name ?? item.name);
  const readme = item.matchedOn.includes("readme") ? highlights.readme : undefined;
  return (
    <article className={classes.card}>
      <div className={classes.head}>
        <Avatar name={item.name} icon={item.icon} size="md" />
        <div className={classes.names}>
          <h3 className={classes.title}>
            <Link
              to="/r/$"
              params={{ _splat: item.name }}
              className={classes.link}
              title={item.name}
              aria-label={item.name}
            >
              <Highlighted text={path} />
            </Link>
          </h3>
          <div className={classes.organization}>
            <Highlighted text={organization} />
          </div>
        </div>
      </div>
      <p className={classes.description}>
        <Highlighted text={highlights.description ?? item.description} />
      </p>
      {readme && (
        <p className={classes.excerpt}>
          <Highlighted text={readme} />
        </p>
      )}
      {item.keywords.length > 0 && (
        <ul className={classes.keywords}>
          {item.keywords.slice(0, KEYWORDS_SHOWN).map((keyword) => (
            <li key={keyword}>{keyword}</li>
          ))}
        </ul>
      )}
      <Facts item={item} />
    </article>
  );
}

function Facts({ item }: { item: SearchItem }) {
  const { t, i18n } = useTranslation();
  return (
    <ul className={classes.facts}>
      <li title={t("facts.pulls", { count: item.pulls })}>
        <IconDownload size="0.9375rem" aria-hidden />
        <span aria-hidden>{formatCount(item.pulls, i18n.language)}</span>
        <span className="visually-hidden">{t("facts.pulls", { count: item.pulls })}</span>
      </li>
      {item.stars > 0 && (
        <li title={t("facts.stars", { count: item.stars })}>
          <IconStar size="0.9375rem" aria-hidden />
          <span aria-hidden>{formatCount(item.stars, i18n.language)}</span>
          <span className="visually-hidden">{t("facts.stars", { count: item.stars })}</span>
        </li>
      )}
      <li>
        <IconClock size="0.9375rem" aria-hidden />
        <Age value={item.updatedAt} length="narrow" />
      </li>
      <li className={classes.platforms}>
        <Platforms platforms={item.platforms} />
      </li>
    </ul>
  );
}

function splitName(name: string) {
  const slash = name.indexOf("/");
  return { organization: name.slice(0, slash), path: name.slice(slash + 1) };
}
