import { Type, type Static } from "typebox";
import { Conditions } from "./conditions.ts";
import { Detail, ImageType } from "./detail.ts";

export const PlatformStatus = Type.Object({
  os: Type.String(),
  architecture: Type.String(),
  variant: Type.Optional(Type.String()),
  digest: Type.String(),
  /** Bytes to pull: config and layers, compressed. */
  size: Type.Integer(),
});
export type PlatformStatus = Static<typeof PlatformStatus>;

export const ImageSpec = Type.Object({
  name: Type.String({ maxLength: 384, description: "organization/path:tag" }),
  namespace: Type.Optional(
    Type.String({ description: "Accepted for older manifests; must be sealos-imagehub." }),
  ),
  type: Type.Optional(ImageType),
  detail: Type.Optional(Detail),
});

export const ImageStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  detail: Type.Optional(Detail),
  type: Type.Optional(ImageType),
  digest: Type.Optional(Type.String({ description: "Digest of the manifest that the tag names." })),
  mediaType: Type.Optional(Type.String()),
  size: Type.Optional(Type.Integer({ description: "Bytes to pull, of the platform shown." })),
  platforms: Type.Optional(Type.Array(PlatformStatus, { maxItems: 100 })),
  createdAt: Type.Optional(Type.String({ description: "When the image was built, as its config says." })),
  pushedAt: Type.Optional(Type.String()),
  pushedBy: Type.Optional(Type.String()),
  aliasOf: Type.Optional(Type.String({ description: "The tag that the hub's latest stands for." })),
  conditions: Type.Optional(Conditions),
});
