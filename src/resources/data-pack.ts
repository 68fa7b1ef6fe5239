import { Type, type Static } from "typebox";
import { Conditions, ObservedGeneration } from "./conditions.ts";
import { Description, Icon, Keywords, Url } from "./detail.ts";
import { rule, validatedBy } from "./cel.ts";
import { DEFAULT_EXPIRE_TIME, EXPIRE_TIME_RULE } from "./expire-time.ts";
import { IMAGE_REFERENCE_RULE } from "./name-rules.ts";

export const DATA_PACK_STAYS = "field is immutable: create another DataPack";

export const DataPackSpec = Type.Object(
  {
    type: Type.Union([Type.Literal("base"), Type.Literal("grid"), Type.Literal("detail")], {
      description: "How much of each image: its name alone, a store's card, or its page.",
    }),
    names: Type.Array(Type.String({ maxLength: 384, ...validatedBy(IMAGE_REFERENCE_RULE) }), {
      minItems: 1,
      maxItems: 500,
      description: "Images, as organization/path:tag; without a tag, the latest.",
    }),
    expireTime: Type.Optional(
      Type.String({
        maxLength: 16,
        default: DEFAULT_EXPIRE_TIME,
        description: `1m to 24h; default ${DEFAULT_EXPIRE_TIME}.`,
        ...validatedBy(EXPIRE_TIME_RULE),
      }),
    ),
  },
  validatedBy(rule("self == oldSelf", DATA_PACK_STAYS)),
);

/** What a DataPack shows of one image: `name` | to `keywords` | to `arch`, for base | grid | detail. */
export const ImageData = Type.Object({
  name: Type.String({ description: "organization/path:tag." }),
  repoName: Type.Optional(Type.String({ description: "organization/path." })),
  rating: Type.Optional(Type.Integer({ description: "Stars of the repository." })),
  icon: Type.Optional(Icon),
  authorIcon: Type.Optional(Type.String({ description: "Icon of the organization." })),
  keywords: Type.Optional(Keywords),
  tags: Type.Optional(Type.Array(Type.String(), { description: "The newest 100." })),
  URL: Type.Optional(Url),
  description: Type.Optional(Description),
  docs: Type.Optional(Type.String({ description: "README, in Markdown." })),
  ID: Type.Optional(Type.String({ description: "Digest of the image's config." })),
  size: Type.Optional(Type.Integer({ description: "Bytes to pull." })),
  arch: Type.Optional(Type.String({ description: "Architecture, for example amd64." })),
});
export type ImageData = Static<typeof ImageData>;

export const DataPackStatus = Type.Object({
  observedGeneration: Type.Optional(ObservedGeneration),
  phase: Type.Optional(Type.String({ description: "Pending, Ready or Failed." })),
  data: Type.Optional(
    Type.Record(Type.String(), ImageData, { description: "Image name → what spec.type shows of it." }),
  ),
  missing: Type.Optional(
    Type.Array(Type.String(), { description: "Names that there is no public image of." }),
  ),
  expiresAt: Type.Optional(Type.String({ description: "When it is deleted." })),
  conditions: Type.Optional(Conditions),
});
