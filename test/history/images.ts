import { buildImage, buildIndex, type TestImage } from "../image-builder.ts";

/** Images that a history pushes: each kind of words that an image can have, and one that is no image. */
export async function buildImages(): Promise<TestImage[]> {
  const readme = await buildImage({
    layers: [{ files: { "README.md": "---\nkeywords: [database]\n---\n# Read me" } }],
  });
  const annotated = await buildImage({
    annotations: { "org.opencontainers.image.description": "By its annotation" },
  });
  const labelled = await buildImage({ config: { config: { Labels: { "sealos.io.type": "cluster" } } } });
  const index = buildIndex([
    { image: readme, platform: { os: "linux", architecture: "amd64" } },
    { image: labelled, platform: { os: "linux", architecture: "arm64" } },
  ]);
  const artifact = await buildImage({ manifest: { artifactType: "application/vnd.test" } });
  return [readme, annotated, labelled, index, artifact];
}
