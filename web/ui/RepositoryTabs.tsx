import { Tabs } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Image, Repository } from "../../src/resources/kinds.ts";
import type { OutlineEntry } from "./readme/rendered.ts";
import { ReadmePanel } from "./ReadmePanel.tsx";
import { TagTable } from "./TagTable.tsx";
import classes from "./RepositoryTabs.module.css";

interface RepositoryTabsProps {
  repository: Repository;
  tag: string;
  image: UseQueryResult<Image | null>;
  onOutline: (outline: OutlineEntry[]) => void;
}

/** README and tags, side by side; which one is open is in the URL. */
export function RepositoryTabs({ repository, tag, image, onOutline }: RepositoryTabsProps) {
  const { t } = useTranslation();
  const { view } = useSearch({ from: "/r/$" });
  const navigate = useNavigate({ from: "/r/$" });
  const tagCount = repository.status?.tagCount ?? repository.status?.tags?.length ?? 0;

  function open(name: string | null) {
    const chosen = name === "tags" ? { view: "tags" as const } : {};
    void navigate({
      search: (state) => ({ ...(state.tag && { tag: state.tag }), ...chosen }),
      resetScroll: false,
    });
  }

  return (
    <Tabs value={view ?? "readme"} onChange={open} keepMounted={false}>
      <Tabs.List className={classes.list}>
        <Tabs.Tab value="readme">{t("tabs.readme")}</Tabs.Tab>
        <Tabs.Tab value="tags" rightSection={<span className={classes.count}>{tagCount}</span>}>
          {t("tabs.tags")}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="readme">
        <ReadmePanel name={repository.spec.name} tag={tag} image={image} onOutline={onOutline} />
      </Tabs.Panel>
      <Tabs.Panel value="tags">
        <TagTable repository={repository} chosen={tag} />
      </Tabs.Panel>
    </Tabs>
  );
}
