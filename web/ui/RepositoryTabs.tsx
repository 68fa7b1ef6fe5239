import { Skeleton, Tabs } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Image, Repository } from "../../src/resources/kinds.ts";
import { withAccountTexts } from "../i18n.ts";
import { toRepositoryState } from "../url-state.ts";
import type { OutlineEntry } from "./readme/rendered.ts";
import { ReadmePanel } from "./ReadmePanel.tsx";
import { TagTable } from "./TagTable.tsx";
import { useRole } from "./use-role.ts";
import classes from "./RepositoryTabs.module.css";

const RepositorySettings = lazy(async () => ({
  default: (await withAccountTexts(import("./repository/RepositorySettings.tsx"))).RepositorySettings,
}));

interface RepositoryTabsProps {
  repository: Repository;
  tag: string;
  image: UseQueryResult<Image | null>;
  onOutline: (outline: OutlineEntry[]) => void;
}

/** README and tags side by side, and settings for who may change them; which one is open is in the URL. */
export function RepositoryTabs({ repository, tag, image, onOutline }: RepositoryTabsProps) {
  const { t } = useTranslation();
  const { view } = toRepositoryState(useSearch({ from: "/r/$" }));
  const navigate = useNavigate({ from: "/r/$" });
  const { name } = repository.spec;
  const { isOwner, mayPush } = useRole(name.slice(0, name.indexOf("/")));
  const tagCount = repository.status?.tagCount ?? repository.status?.tags?.length ?? 0;

  function open(chosenView: string | null) {
    const chosen = chosenView === "tags" || chosenView === "settings" ? ({ view: chosenView } as const) : {};
    void navigate({
      search: (state) => ({ ...(state.tag && { tag: state.tag }), ...chosen }),
      resetScroll: false,
    });
  }

  return (
    <Tabs
      value={view === "settings" && !mayPush ? "readme" : (view ?? "readme")}
      onChange={open}
      keepMounted={false}
    >
      <Tabs.List className={classes.list}>
        <Tabs.Tab value="readme">{t("tabs.readme")}</Tabs.Tab>
        <Tabs.Tab value="tags" rightSection={<span className={classes.count}>{tagCount}</span>}>
          {t("tabs.tags")}
        </Tabs.Tab>
        {mayPush && <Tabs.Tab value="settings">{t("tabs.settings")}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="readme">
        <ReadmePanel name={name} tag={tag} image={image} onOutline={onOutline} />
      </Tabs.Panel>
      <Tabs.Panel value="tags">
        <TagTable repository={repository} chosen={tag} />
      </Tabs.Panel>
      {mayPush && (
        <Tabs.Panel value="settings">
          <Suspense fallback={<Skeleton height="20rem" radius="lg" />}>
            <RepositorySettings repository={repository} isOwner={isOwner} />
          </Suspense>
        </Tabs.Panel>
      )}
    </Tabs>
  );
}
