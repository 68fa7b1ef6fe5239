import { isForeign, type Manifest } from "../oci/manifest.ts";
import { HELM_CHART_LAYER } from "../oci/media-types.ts";
import type { BlobSource } from "./blob-source.ts";
import { createBudget } from "./budget.ts";
import { isChart } from "./facts.ts";
import { findReadme } from "./find-readme.ts";
import { parseFrontMatter } from "./front-matter.ts";
import type { ImageLayers } from "./image-layers.ts";
import type { Inspection } from "./inspection.ts";
import { readLayer, type FileStart } from "./layer.ts";
import type { InspectionLimits } from "./limits.ts";
import { decodeText } from "./readme-text.ts";
import type { Words } from "./words.ts";

/** A README as the image has it. */
export interface Readme {
  /** Markdown, without front matter. */
  text: string;
  /** The file was longer than what is read of one. */
  isCut: boolean;
  /** Of its front matter. */
  words: Words;
  warnings: Inspection["warnings"];
}

/**
 * Reads the README of an image or of a chart.
 * @returns undefined when it has none
 * @throws UnavailableError, StorageReadError
 */
export async function readReadme(
  manifest: Manifest,
  source: BlobSource,
  limits: InspectionLimits,
): Promise<Readme | undefined> {
  const layers: ImageLayers = {
    layers: manifest.layers.filter(({ mediaType }) => !isForeign(mediaType)).toReversed(),
    source,
    budget: createBudget(limits),
    maxFileBytes: limits.readmeBytes,
  };
  const file = await (isChart(manifest.config) ? findInChart(layers) : findReadme(layers));
  return file && parseReadme(file);
}

function parseReadme(file: FileStart): Readme | undefined {
  const { text, isGuess } = decodeText(file);
  const { words, body, warnings } = parseFrontMatter(text);
  const all = isGuess ? [NOT_UTF_8, ...warnings] : warnings;
  return { text: body, isCut: file.isCut, words, warnings: all };
}

const NOT_UTF_8: Inspection["warnings"][number] = {
  reason: "ReadmeEncoding",
  message: "README is not valid UTF-8: some characters may be wrong, save it as UTF-8",
};

const CHART_README = /^[^/]+\/readme\.md$/i;

/** A chart is one archive with one folder; its README lies beside Chart.yaml. */
async function findInChart({
  layers,
  source,
  budget,
  maxFileBytes,
}: ImageLayers): Promise<FileStart | undefined> {
  const archive = layers.find(({ mediaType }) => mediaType === HELM_CHART_LAYER);
  if (!archive) return undefined;
  for await (const entry of readLayer(archive, source, budget)) {
    if (entry.kind === "file" && CHART_README.test(entry.path ?? "")) return entry.read(maxFileBytes);
  }
  return undefined;
}
