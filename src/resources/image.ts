import { Type, type Static } from "typebox";
import { Conditions, ObservedGeneration } from "./conditions.ts";
import { Detail, ImageType } from "./detail.ts";
import { NAMESPACE } from "./metadata.ts";
import { validatedBy } from "./cel.ts";
import { SPEC_NAME_RULES } from "./name-rules.ts";

export const PlatformStatus = Type.Object({
  os: Type.String({ description: "Operating system, for example linux." }),
  architecture: Type.String({ description: "Architecture, for example arm64." }),
  variant: Type.Optional(Type.String({ description: "Variant of the architecture, for example v8." })),
  digest: Type.String({ description: "Digest of the platform's manifest." }),
  size: Type.Integer({ description: "Bytes to pull: config and layers, compressed." }),
});
export type PlatformStatus = Static<typeof PlatformStatus>;

export const ImageSpec = Type.Object({
  name: Type.String({
    maxLength: 384,
    description: "organization/path:tag; it stays.",
    ...validatedBy(...SPEC_NAME_RULES.Image),
  }),
  namespace: Type.Optional(
    Type.Literal(NAMESPACE, { description: "Accepted for older manifests; must be sealos-imagehub." }),
  ),
  type: Type.Optional(ImageType),
  detail: Type.Optional(Detail),
});

export const ImageStatus = Type.Object({
  observedGeneration: Type.Optional(ObservedGeneration),
  detail: Type.Optional(Detail),
  type: Type.Optional(ImageType),
  digest: Type.Optional(Type.String({ description: "Digest of the manifest that the tag names." })),
  mediaType: Type.Optional(Type.String({ description: "Media type of that manifest." })),
  size: Type.Optional(Type.Integer({ description: "Bytes to pull, of the platform shown." })),
  platforms: Type.Optional(
    Type.Array(PlatformStatus, { maxItems: 100, description: "What the image runs on." }),
  ),
  createdAt: Type.Optional(Type.String({ description: "When the image was built, as its config says." })),
  pushedAt: Type.Optional(Type.String({ description: "When the tag was pushed last." })),
  pushedBy: Type.Optional(Type.String({ description: "Who pushed it last." })),
  aliasOf: Type.Optional(Type.String({ description: "The tag that the hub's latest stands for." })),
  visibility: Type.Optional(
    Type.Union([Type.Literal("public"), Type.Literal("private")], {
      description: "Of its repository: who may read it.",
    }),
  ),
  conditions: Type.Optional(Conditions),
});
