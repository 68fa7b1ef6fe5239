import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Repository } from "../../src/resources/kinds.ts";
import { CommandLine } from "./CommandLine.tsx";
import { pullCommands } from "./commands.ts";
import { hubAddress } from "./hub-address.ts";
import { Panel } from "./Panel.tsx";
import { PlainHttpNote } from "./PlainHttpNote.tsx";
import { Select } from "./Select.tsx";
import classes from "./PullPanel.module.css";

/** Commands that pull the tag chosen from this hub. */
export function PullPanel({ repository, tag }: { repository: Repository; tag: string }) {
  const { t } = useTranslation();
  const hub = hubAddress();
  if (tag === "") return <Panel title={t("pull.title")}>{t("pull.nothing")}</Panel>;
  const type = repository.status?.type ?? "";
  const commands = pullCommands({ name: repository.spec.name, tag, type }, hub);
  return (
    <Panel title={t("pull.title")} action={<TagSelect repository={repository} tag={tag} />}>
      {commands.map(({ tool, line }) => (
        <div key={tool} className={classes.command}>
          <h3 className={classes.tool}>{tool}</h3>
          <CommandLine command={line} label={tool} />
        </div>
      ))}
      <PlainHttpNote hub={hub} tools={commands.map(({ tool }) => tool)} />
    </Panel>
  );
}

function TagSelect({ repository, tag }: { repository: Repository; tag: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/r/$" });
  const names = repository.status?.tags?.map(({ name }) => name) ?? [];
  const options = names.includes(tag) ? names : [tag, ...names];
  return (
    <Select
      label={t("pull.tag")}
      value={tag}
      options={options.map((name) => ({ value: name, label: name }))}
      onChange={(chosen) =>
        void navigate({ search: (state) => ({ ...state, tag: chosen }), resetScroll: false })
      }
    />
  );
}
