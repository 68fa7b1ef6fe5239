import { Type, type Static } from "typebox";
import { ICON_RULE, URL_RULE } from "./addresses.ts";
import { validatedBy } from "./cel.ts";
import { KEYWORD_RULE } from "./keywords.ts";

/** Longest README kept in a resource, bytes; all of it is at `/api/v1/images/…/readme`. */
export const MAX_DOCS_BYTES = 256 * 1024;
export const MAX_KEYWORDS = 20;
/** A keyword becomes a label, whose name part Kubernetes bounds at 63. */
export const MAX_KEYWORD_LENGTH = 63;
export const MAX_DESCRIPTION_LENGTH = 1000;
export const MAX_URL_LENGTH = 2048;
/** Room for a small picture as a data: URL. */
export const MAX_ICON_LENGTH = 65_536;
/** As a label value, which a type may become. */
export const MAX_TYPE_LENGTH = 63;

export const Keywords = Type.Array(
  Type.String({ minLength: 1, maxLength: MAX_KEYWORD_LENGTH, ...validatedBy(KEYWORD_RULE) }),
  {
    maxItems: MAX_KEYWORDS,
    description: "Words to find it by.",
  },
);
export const Description = Type.String({
  maxLength: MAX_DESCRIPTION_LENGTH,
  description: "One or two sentences.",
});
/** Icons may be data URLs, so they may be long. */
export const Icon = Type.String({
  maxLength: MAX_ICON_LENGTH,
  description: "Address of a picture, or a data: URL.",
  ...validatedBy(ICON_RULE),
});
export const Url = Type.String({
  maxLength: MAX_URL_LENGTH,
  description: "Home page; a host without a scheme is taken.",
  ...validatedBy(URL_RULE),
});

/** What `sealos run` or an app store distinguishes; free text, with the well-known values named. */
export const ImageType = Type.String({
  maxLength: MAX_TYPE_LENGTH,
  description: "application, cluster (a sealos cluster image), chart (a Helm chart), or a word of your own.",
});

/** What an image says of itself; in spec the users' words, in status complete. */
export const Detail = Type.Object(
  {
    docs: Type.Optional(Type.String({ maxLength: MAX_DOCS_BYTES, description: "README, in Markdown." })),
    keywords: Type.Optional(Keywords),
    icon: Type.Optional(Icon),
    description: Type.Optional(Description),
    url: Type.Optional(Url),
    ID: Type.Optional(Type.String({ maxLength: 255, description: "Digest of the image's config." })),
    arch: Type.Optional(Type.String({ maxLength: 255, description: "Architecture, for example amd64." })),
  },
  {
    description: "What the image says of itself; a user's word wins, what is left out comes from the image.",
  },
);
export type Detail = Static<typeof Detail>;
