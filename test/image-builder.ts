import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { pack } from "tar-stream";
import { digestOf, type Digest } from "../src/oci/digest.ts";
import {
  DOCKER_CONFIG,
  DOCKER_LAYER_GZIP,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  HELM_CHART_LAYER,
  HELM_CONFIG,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  OCI_MANIFEST,
} from "../src/oci/media-types.ts";
import type { Platform } from "../src/oci/platform.ts";

/** A file's content, or a link; a path that ends in `/` is a directory whatever its content. */
export type TestFile = string | Uint8Array | { symlink: string } | { hardLink: string };

export type Compression = "gzip" | "zstd" | "none";

/** A layer made of files, or of bytes as they are. */
export type TestLayer = { mediaType?: string; digest?: Digest } & (
  | { files: Record<string, TestFile>; compression?: Compression }
  | { bytes: Uint8Array }
);

/** What a registry client would push: the blobs first, then the children, then the manifest. */
export interface TestImage {
  digest: Digest;
  mediaType: string;
  manifest: Uint8Array;
  blobs: Map<Digest, Uint8Array>;
  /** Images of an index. */
  children: TestImage[];
}

export interface ImageOptions {
  /** The lowest first; default: none. */
  layers?: TestLayer[];
  /** Laid over `{ os: "linux", architecture: "amd64" }`; bytes are taken as they are. */
  config?: Record<string, unknown> | Uint8Array;
  annotations?: Record<string, string>;
  /** Laid over the manifest, for example a subject or an artifact type. */
  manifest?: Record<string, unknown>;
  /** Media types; default oci. */
  format?: "oci" | "docker";
}

/** Makes an image. */
export async function buildImage(options: ImageOptions = {}): Promise<TestImage> {
  const docker = options.format === "docker";
  const layers = await Promise.all((options.layers ?? []).map((layer) => buildLayer(layer, docker)));
  const config = {
    mediaType: docker ? DOCKER_CONFIG : OCI_CONFIG,
    bytes: configBytes(options.config),
  };
  return manifestOf(docker ? DOCKER_MANIFEST : OCI_MANIFEST, { ...options, config, layers });
}

export interface IndexEntry {
  image: TestImage;
  platform?: Platform;
  annotations?: Record<string, string>;
  /** What the index says, where it is to lie. */
  size?: number;
}

/** Makes an index of images that were made before. */
export function buildIndex(
  entries: IndexEntry[],
  options: { annotations?: Record<string, string>; format?: "oci" | "docker" } = {},
): TestImage {
  const manifests = entries.map(({ image, ...rest }) => ({
    ...describe(image.mediaType, image.manifest),
    ...rest,
  }));
  const mediaType = options.format === "docker" ? DOCKER_LIST : OCI_INDEX;
  const { annotations } = options;
  const manifest = toJson({ schemaVersion: 2, mediaType, manifests, ...(annotations && { annotations }) });
  const children = entries.map(({ image }) => image);
  return { digest: digestOf(manifest), mediaType, manifest, blobs: new Map(), children };
}

/** Makes a Helm chart as `helm push` stores it; `files` are named below the chart's folder. */
export async function buildChart(options: {
  chart: { name: string; version: string } & Record<string, unknown>;
  files?: Record<string, TestFile>;
  annotations?: Record<string, string>;
}): Promise<TestImage> {
  const files = Object.entries({ "Chart.yaml": toJson(options.chart), ...options.files });
  const layer = await buildLayer({
    mediaType: HELM_CHART_LAYER,
    files: Object.fromEntries(files.map(([path, file]) => [`${options.chart.name}/${path}`, file])),
  });
  const config = { mediaType: HELM_CONFIG, bytes: toJson(options.chart) };
  return manifestOf(OCI_MANIFEST, {
    config,
    layers: [layer],
    ...(options.annotations && { annotations: options.annotations }),
  });
}

/** Makes a tar of files, uncompressed, in the order given. */
export async function buildTar(files: Record<string, TestFile>): Promise<Buffer> {
  const tar = pack();
  for (const [path, file] of Object.entries(files)) addEntry(tar, path, file);
  tar.finalize();
  return buffer(tar);
}

interface Blob {
  mediaType: string;
  bytes: Uint8Array;
  /** What the manifest says, where it is to lie. */
  digest?: Digest | undefined;
}

function addEntry(tar: ReturnType<typeof pack>, name: string, file: TestFile): void {
  const header = { name, mtime: new Date(0) };
  if (name.endsWith("/")) tar.entry({ ...header, type: "directory" });
  else if (typeof file === "string") tar.entry(header, file);
  else if (file instanceof Uint8Array) tar.entry(header, Buffer.from(file));
  else if ("symlink" in file) tar.entry({ ...header, type: "symlink", linkname: file.symlink });
  else tar.entry({ ...header, type: "link", linkname: file.hardLink });
}

async function buildLayer(layer: TestLayer, docker = false): Promise<Blob> {
  const { mediaType, digest } = layer;
  if ("bytes" in layer) return { mediaType: mediaType ?? OCI_LAYER_GZIP, bytes: layer.bytes, digest };
  const tar = await buildTar(layer.files);
  const blob = compress(tar, layer.compression ?? "gzip");
  const common = docker && layer.compression !== "zstd" ? DOCKER_LAYER_GZIP : blob.mediaType;
  return { mediaType: mediaType ?? common, bytes: blob.bytes, digest };
}

function compress(tar: Buffer, compression: Compression): Blob {
  switch (compression) {
    case "gzip":
      return { mediaType: OCI_LAYER_GZIP, bytes: gzipSync(tar) };
    case "zstd":
      return { mediaType: OCI_LAYER_ZSTD, bytes: zstdCompressSync(tar) };
    case "none":
      return { mediaType: OCI_LAYER, bytes: tar };
  }
}

function configBytes(config: ImageOptions["config"]): Uint8Array {
  if (config instanceof Uint8Array) return config;
  return toJson({ os: "linux", architecture: "amd64", ...config });
}

function manifestOf(
  mediaType: string,
  parts: {
    config: Blob;
    layers: Blob[];
    annotations?: Record<string, string>;
    manifest?: Record<string, unknown>;
  },
): TestImage {
  const manifest = toJson({
    schemaVersion: 2,
    mediaType,
    config: describe(parts.config.mediaType, parts.config.bytes),
    layers: parts.layers.map((layer) => describe(layer.mediaType, layer.bytes, layer.digest)),
    ...(parts.annotations && { annotations: parts.annotations }),
    ...parts.manifest,
  });
  const blobs = new Map(
    [parts.config, ...parts.layers].map(({ bytes, digest }) => [digest ?? digestOf(bytes), bytes]),
  );
  return { digest: digestOf(manifest), mediaType, manifest, blobs, children: [] };
}

function describe(mediaType: string, bytes: Uint8Array, digest = digestOf(bytes)): object {
  return { mediaType, digest, size: bytes.length };
}

function toJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
