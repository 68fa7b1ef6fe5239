import { useTranslation } from "react-i18next";
import type { Image, Repository } from "../../src/resources/kinds.ts";
import { Age } from "./Age.tsx";
import { CopyButton } from "./CopyButton.tsx";
import { formatSize, shortDigest } from "./format.ts";
import { HomeLink } from "./HomeLink.tsx";
import { Panel } from "./Panel.tsx";
import { platformName } from "./platform-name.ts";
import classes from "./ImageFacts.module.css";

/** What is known of the image shown, without reading its README. */
export function ImageFacts({ repository, image }: { repository: Repository; image: Image | undefined }) {
  const { t, i18n } = useTranslation();
  const status = image?.status;
  const url = status?.detail?.url ?? repository.status?.detail?.url;
  const type = status?.type ?? repository.status?.type;
  const size = status?.size ?? repository.status?.size;
  const platforms = status?.platforms ?? repository.status?.platforms ?? [];
  return (
    <Panel title={t("image.title")}>
      <dl className={classes.facts}>
        <Fact name={t("image.home")}>{url && <HomeLink url={url} />}</Fact>
        <Fact name={t("image.type")}>{type}</Fact>
        <Fact name={t("image.size")}>{size !== undefined && formatSize(size, i18n.language)}</Fact>
        <Fact name={t("image.digest")}>{status?.digest && <Digest digest={status.digest} />}</Fact>
        <Fact name={t("image.alias")}>{status?.aliasOf && <code>{status.aliasOf}</code>}</Fact>
        <Fact name={t("image.created")}>{status?.createdAt && <Age value={status.createdAt} />}</Fact>
        <Fact name={t("image.pushed")}>{status?.pushedAt && <Age value={status.pushedAt} />}</Fact>
        <Fact name={t("image.pushedBy")}>{status?.pushedBy}</Fact>
        <Fact name={t("image.platforms")}>
          {platforms.length > 0 && <PlatformSizes platforms={platforms} />}
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  if (!children) return null;
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A digest in short, to copy in full. */
export function Digest({ digest }: { digest: string }) {
  const { t } = useTranslation();
  return (
    <span className={classes.digest}>
      <code title={digest}>{shortDigest(digest)}</code>
      <CopyButton text={digest} label={t("copy.digest")} />
    </span>
  );
}

type PlatformStatus = NonNullable<NonNullable<Image["status"]>["platforms"]>[number];

function PlatformSizes({ platforms }: { platforms: readonly PlatformStatus[] }) {
  const { i18n } = useTranslation();
  return (
    <ul className={classes.platforms}>
      {platforms.map((platform) => (
        <li key={platform.digest}>
          <span>{platformName(platform)}</span>
          <span className={classes.size}>{formatSize(platform.size, i18n.language)}</span>
        </li>
      ))}
    </ul>
  );
}
