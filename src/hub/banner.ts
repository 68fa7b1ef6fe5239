import type { SnapshotName } from "./backup/snapshot-name.ts";

export interface BannerFacts {
  url: string;
  tlsUrl: string | undefined;
  /** What clients see instead, behind a proxy. */
  publicUrl: string | undefined;
  dataFolder: string;
  /** Set at the first start alone, when the hub made it. */
  adminPassword: string | undefined;
  /** What storage has of a database that was lost. */
  leftSnapshot: Pick<SnapshotName, "at"> | undefined;
}

/** What a person reads when the hub has started: where it is, how to log in, and what to do next. */
export function formatBanner(facts: BannerFacts): string {
  const { url, tlsUrl, publicUrl, dataFolder, adminPassword, leftSnapshot } = facts;
  const address = publicUrl ?? url;
  const { host } = new URL(address);
  const lines = [
    "",
    `  ImageHub is ready at ${url}`,
    ...(publicUrl === undefined ? [] : [`  for its clients      at ${publicUrl}`]),
    ...(tlsUrl === undefined ? [] : [`  and, for kubectl,   at ${tlsUrl}`]),
    `  Data is kept in ${dataFolder}`,
    "",
    ...(adminPassword === undefined
      ? []
      : [`  User admin, password ${adminPassword}`, "  (shown this once: keep it)", ""]),
    ...(leftSnapshot === undefined
      ? []
      : [
          `  This hub is empty, but storage holds a snapshot of a database of ${leftSnapshot.at.toISOString()}`,
          "  To have it back: stop this hub, then imagehub restore --from-storage, with the same settings",
          "",
        ]),
    "  Next, push an image:",
    `    docker login ${host} -u admin`,
    `    docker tag IMAGE ${host}/library/IMAGE && docker push ${host}/library/IMAGE`,
    `  or with skopeo, podman, buildah or crane; then see its page at ${address}`,
    "",
    "",
  ];
  return lines.join("\n");
}
