import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Repository } from "../../src/resources/kinds.ts";
import { imageQuery, repositoryQuery } from "../queries.ts";
import { ErrorState } from "../ui/ErrorState.tsx";
import { ImageFacts } from "../ui/ImageFacts.tsx";
import { Outline } from "../ui/Outline.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { PullPanel } from "../ui/PullPanel.tsx";
import type { OutlineEntry } from "../ui/readme/rendered.ts";
import { prepareReadme } from "../ui/ReadmePanel.tsx";
import { RepositoryHeader } from "../ui/RepositoryHeader.tsx";
import { RepositorySkeleton } from "../ui/RepositorySkeleton.tsx";
import { RepositoryTabs } from "../ui/RepositoryTabs.tsx";
import { useTitle } from "../ui/use-title.ts";
import classes from "./RepositoryPage.module.css";

/** A repository: what it is, how to pull it, its README and its tags. */
export function RepositoryPage() {
  const { t } = useTranslation();
  const { _splat: name = "" } = useParams({ from: "/r/$" });
  const { data, error, refetch } = useQuery(repositoryQuery(name));
  useTitle(name);
  useEffect(prepareReadme, []);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return <RepositorySkeleton />;
  if (data === null) {
    return (
      <NotFound
        title={t("notFound.repository", { name })}
        text={t("notFound.repositoryText")}
        search={name.slice(name.lastIndexOf("/") + 1)}
        mayBePrivate
      />
    );
  }
  return <FoundRepository repository={data} />;
}

function FoundRepository({ repository }: { repository: Repository }) {
  const state = useSearch({ from: "/r/$" });
  const { name } = repository.spec;
  const tag = state.tag ?? repository.status?.latestTag ?? "";
  const image = useQuery(imageQuery(name, tag));
  const [outline, setOutline] = useState<OutlineEntry[]>([]);
  return (
    <div className={classes.page}>
      <div className={classes.header}>
        <RepositoryHeader repository={repository} />
      </div>
      <div className={classes.pull}>
        <PullPanel repository={repository} tag={tag} />
      </div>
      <div className={classes.content}>
        <RepositoryTabs repository={repository} tag={tag} image={image} onOutline={setOutline} />
      </div>
      <div className={classes.facts}>
        <ImageFacts repository={repository} image={image.data ?? undefined} />
        <Outline entries={outline} />
      </div>
    </div>
  );
}
