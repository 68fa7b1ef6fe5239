import { Type, type Static } from "typebox";
import { Conditions } from "./conditions.ts";
import { Description, Detail, Icon, ImageType, Keywords } from "./detail.ts";
import { PlatformStatus } from "./image.ts";
import { Visibility } from "./organization.ts";

export const RepositorySpec = Type.Object({
  name: Type.String({ maxLength: 255, description: "organization/path" }),
  visibility: Type.Optional(Visibility),
  description: Type.Optional(Description),
  icon: Type.Optional(Icon),
  keywords: Type.Optional(Keywords),
  immutableTags: Type.Optional(
    Type.Array(Type.String({ maxLength: 128 }), {
      maxItems: 20,
      description: "Tags that no push replaces; * is any text.",
    }),
  ),
});

export const TagStatus = Type.Object({
  name: Type.String(),
  digest: Type.String(),
  /** Bytes to pull, of the platform shown. */
  size: Type.Integer(),
  pushedAt: Type.String(),
});
export type TagStatus = Static<typeof TagStatus>;

export const RepositoryStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  /** What the page shows; docs are the latest Image's. */
  detail: Type.Optional(Type.Omit(Detail, ["docs"])),
  type: Type.Optional(ImageType),
  tagCount: Type.Optional(Type.Integer({ minimum: 0 })),
  tags: Type.Optional(Type.Array(TagStatus, { maxItems: 100, description: "The newest 100." })),
  latestTag: Type.Optional(Type.String({ description: "The tag whose image the page shows." })),
  size: Type.Optional(Type.Integer({ description: "Bytes to pull the image shown." })),
  platforms: Type.Optional(Type.Array(PlatformStatus, { maxItems: 100 })),
  pulls: Type.Optional(Type.Integer({ minimum: 0 })),
  stars: Type.Optional(Type.Integer({ minimum: 0 })),
  updatedAt: Type.Optional(Type.String({ description: "Time of the newest push." })),
  conditions: Type.Optional(Conditions),
});
