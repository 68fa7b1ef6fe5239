import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import type { Descriptor } from "../oci/manifest.ts";
import { HELM_CONFIG } from "../oci/media-types.ts";
import { toKubernetesTime } from "../resources/conditions.ts";
import { readBlob, type BlobSource } from "./blob-source.ts";
import { StorageReadError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";
import { withoutUndefined } from "./labels.ts";
import { MAX_CONFIG_BYTES } from "./limits.ts";
import { cleanDescription, cleanIcon, cleanKeywords, cleanUrl, oneLine, type Words } from "./words.ts";

/** What an image's config says. */
export interface Facts {
  os?: string;
  architecture?: string;
  variant?: string;
  createdAt?: string;
  labels: Record<string, string>;
  /** Of a Helm chart, whose config is its Chart.yaml. */
  words: Words;
  warnings: Inspection["warnings"];
}

export const NO_FACTS: Facts = { labels: {}, words: {}, warnings: [] };

/**
 * Reads an image's or a chart's config; one that cannot be read gives no facts and a warning.
 * @throws StorageReadError
 */
export async function readFacts(config: Descriptor, source: BlobSource): Promise<Facts> {
  try {
    const value = await readJson(config, source);
    return isChart(config) ? chartFacts(value) : imageFacts(value);
  } catch (error) {
    if (error instanceof StorageReadError || !(error instanceof Error)) throw error;
    return { ...NO_FACTS, warnings: [{ reason: "ConfigInvalid", message: error.message.slice(0, 500) }] };
  }
}

export function isChart(config: Descriptor | undefined): boolean {
  return config?.mediaType === HELM_CONFIG;
}

/** A time as Kubernetes writes it; undefined for what is no time, and for the zero time that tools put for none. */
export function parseTime(text: string | undefined): string | undefined {
  const time = new Date(RFC_3339.test(text ?? "") ? (text ?? "") : Number.NaN);
  return time.getUTCFullYear() > 1 ? toKubernetesTime(time) : undefined;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

async function readJson(config: Descriptor, source: BlobSource): Promise<unknown> {
  if (config.size > MAX_CONFIG_BYTES) {
    throw new Error(
      `Cannot read config ${config.digest}: expected at most ${MAX_CONFIG_BYTES} bytes, got ${config.size}`,
    );
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(config, source)) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new Error(`Cannot read config ${config.digest}: it is not JSON`, { cause: error });
  }
}

const Text = Type.String();
const Labels = Type.Record(Text, Text);

function imageFacts(value: unknown): Facts {
  return {
    ...withoutUndefined({
      os: shortText(value, "os"),
      architecture: shortText(value, "architecture"),
      variant: shortText(value, "variant"),
      createdAt: parseTime(field(value, "created", Text)),
    }),
    labels: field(field(value, "config", Type.Object({})), "Labels", Labels) ?? {},
    words: {},
    warnings: [],
  };
}

function chartFacts(value: unknown): Facts {
  const [firstSource] = field(value, "sources", Type.Array(Text)) ?? [];
  const words = withoutUndefined({
    description: cleanDescription(field(value, "description", Text) ?? ""),
    keywords: cleanKeywords(field(value, "keywords", Type.Array(Text)) ?? []),
    icon: cleanIcon(field(value, "icon", Text) ?? ""),
    url: cleanUrl(field(value, "home", Text) ?? "") ?? cleanUrl(firstSource ?? ""),
    type: "chart",
  });
  return { ...NO_FACTS, words, ...withName(field(value, "name", Text)) };
}

/** The name takes the part of a title, which is shown where nothing describes the chart. */
function withName(name: string | undefined): Pick<Facts, "labels"> {
  return { labels: name ? { "org.opencontainers.image.title": name } : {} };
}

function shortText(value: unknown, name: string): string | undefined {
  return oneLine(field(value, name, Text) ?? "").slice(0, MAX_FACT_LENGTH) || undefined;
}

/** As the resource's `arch`. */
const MAX_FACT_LENGTH = 255;

function field<T extends TSchema>(value: unknown, name: string, schema: T): Static<T> | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Reflect.get(value, name);
  return Value.Check(schema, found) ? found : undefined;
}
