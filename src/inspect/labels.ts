import {
  cleanDescription,
  cleanIcon,
  cleanKeywords,
  cleanType,
  cleanUrl,
  splitKeywords,
  type Words,
} from "./words.ts";

/**
 * What annotations or labels say, by the keys of the OCI image specification, of Artifact Hub, of sealos, and of
 * Label Schema, which OCI's replaced and older images still carry. The first key with a usable value counts.
 */
export function wordsOfLabels(labels: Record<string, string>): Words {
  const first = <T>(keys: string[], clean: (text: string) => T | undefined): T | undefined => {
    for (const key of keys) {
      const value = clean(labels[key] ?? "");
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return withoutUndefined({
    description: first(DESCRIPTION_KEYS, cleanDescription),
    keywords: first(KEYWORD_KEYS, (text) => cleanKeywords(splitKeywords(text))),
    icon: first(ICON_KEYS, cleanIcon),
    url: first(URL_KEYS, cleanUrl),
    type: first(TYPE_KEYS, cleanType),
  });
}

/** A name, where nothing better describes the image. */
export function titleOfLabels(labels: Record<string, string>): string | undefined {
  return cleanDescription(labels["org.opencontainers.image.title"] ?? "");
}

/** A copy without the fields that are undefined. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const DESCRIPTION_KEYS = [
  "org.opencontainers.image.description",
  "sealos.io.description",
  "org.label-schema.description",
];
const KEYWORD_KEYS = ["io.artifacthub.package.keywords", "sealos.io.keywords"];
const ICON_KEYS = ["io.artifacthub.package.logo-url", "sealos.io.icon"];
const URL_KEYS = [
  "org.opencontainers.image.url",
  "sealos.io.url",
  "org.label-schema.url",
  "org.opencontainers.image.documentation",
  "org.opencontainers.image.source",
  "org.label-schema.vcs-url",
];
const TYPE_KEYS = ["sealos.io.type"];
