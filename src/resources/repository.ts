import { Type, type Static } from "typebox";
import { Conditions, ObservedGeneration } from "./conditions.ts";
import { Description, Detail, Icon, ImageType, Keywords } from "./detail.ts";
import { PlatformStatus } from "./image.ts";
import { validatedBy } from "./cel.ts";
import { TAG_PATTERN_RULE } from "./tag-pattern.ts";
import { SPEC_NAME_RULES } from "./name-rules.ts";
import { Visibility } from "./organization.ts";

export const RepositorySpec = Type.Object({
  name: Type.String({
    maxLength: 255,
    description: "organization/path; it stays.",
    ...validatedBy(...SPEC_NAME_RULES.Repository),
  }),
  visibility: Type.Optional(Visibility),
  description: Type.Optional(Description),
  icon: Type.Optional(Icon),
  keywords: Type.Optional(Keywords),
  immutableTags: Type.Optional(
    Type.Array(Type.String({ maxLength: 128, ...validatedBy(TAG_PATTERN_RULE) }), {
      maxItems: 20,
      description: "Tags that no push replaces; * is any text.",
    }),
  ),
});

export const TagStatus = Type.Object({
  name: Type.String({ description: "The tag." }),
  digest: Type.String({ description: "Digest of the manifest that it names." }),
  size: Type.Integer({ description: "Bytes to pull, of the platform shown." }),
  pushedAt: Type.String({ description: "When it was pushed last." }),
});
export type TagStatus = Static<typeof TagStatus>;

export const RepositoryStatus = Type.Object({
  observedGeneration: Type.Optional(ObservedGeneration),
  detail: Type.Optional(
    Type.Omit(Detail, ["docs"], { description: "What the page shows; docs are the latest Image's." }),
  ),
  type: Type.Optional(ImageType),
  tagCount: Type.Optional(Type.Integer({ minimum: 0, description: "How many tags it has." })),
  tags: Type.Optional(Type.Array(TagStatus, { maxItems: 100, description: "The newest 100." })),
  latestTag: Type.Optional(Type.String({ description: "The tag whose image the page shows." })),
  size: Type.Optional(Type.Integer({ description: "Bytes to pull the image shown." })),
  platforms: Type.Optional(
    Type.Array(PlatformStatus, { maxItems: 100, description: "What the image shown runs on." }),
  ),
  pulls: Type.Optional(Type.Integer({ minimum: 0, description: "How often its images were pulled." })),
  stars: Type.Optional(Type.Integer({ minimum: 0, description: "How many users have starred it." })),
  updatedAt: Type.Optional(Type.String({ description: "Time of the newest push." })),
  visibility: Type.Optional(
    Type.Union([Type.Literal("public"), Type.Literal("private")], {
      description: "As it is, where spec leaves it to the organization; its Images follow.",
    }),
  ),
  conditions: Type.Optional(Conditions),
});
