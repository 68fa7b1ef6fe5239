import { useTranslation } from "react-i18next";
import { isLoopback, type HubAddress } from "./commands.ts";
import { CommandLine } from "./CommandLine.tsx";
import classes from "./PlainHttpNote.module.css";

/** What docker and sealos must be told before they speak plain HTTP to this hub; nothing where they need not be. */
export function PlainHttpNote({ hub, tools }: { hub: HubAddress; tools: readonly string[] }) {
  const { t } = useTranslation();
  if (!hub.isPlainHttp) return null;
  const names = new Set(tools.map((tool) => tool.toLowerCase()));
  const needsDocker = names.has("docker") && !isLoopback(hub.host);
  const needsSealos = names.has("sealos");
  if (!needsDocker && !needsSealos) return null;
  return (
    <details className={classes.note}>
      <summary>{t("plainHttp.title")}</summary>
      {needsDocker && (
        <>
          <p>{t("plainHttp.docker")}</p>
          <CommandLine
            command={`{ "insecure-registries": ["${hub.host}"] }`}
            label="/etc/docker/daemon.json"
          />
        </>
      )}
      {needsSealos && (
        <>
          <p>{t("plainHttp.sealos")}</p>
          <CommandLine
            command={`[[registry]]\nlocation = "${hub.host}"\ninsecure = true`}
            label="/etc/containers/registries.conf"
          />
        </>
      )}
    </details>
  );
}
