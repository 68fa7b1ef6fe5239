import { Type, type Static } from "typebox";

/** What a token may be made for. */
export const TokenScope = Type.Enum(["read", "write", "delete", "admin"], {
  description: "`admin`: all that its owner may do.",
});
export type TokenScope = Static<typeof TokenScope>;

/** Repositories that a token or a robot is for. */
export const RepositoryPattern = Type.String({
  maxLength: 255,
  pattern: "^[a-z0-9*][a-z0-9*._/-]*$",
  description: "`org/app`, or with `*` for any text: `org/*`",
});

const tokenWords = {
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "^\\P{Cc}+$" }),
  scopes: Type.Array(TokenScope, { minItems: 1, maxItems: 4, uniqueItems: true }),
  repositories: Type.Array(RepositoryPattern, { maxItems: 20, description: "None: all repositories." }),
};

/** Body of `POST /api/v1/tokens` */
export const NewToken = Type.Object(
  {
    name: tokenWords.name,
    scopes: tokenWords.scopes,
    repositories: Type.Optional(tokenWords.repositories),
    expiresAt: Type.Optional(Type.String({ format: "date-time", description: "Left out: never." })),
  },
  { additionalProperties: false },
);
export type NewToken = Static<typeof NewToken>;

/** Body of `PATCH /api/v1/tokens/{id}`: what is left out stays. */
export const ChangedToken = Type.Object(
  {
    name: Type.Optional(tokenWords.name),
    scopes: Type.Optional(tokenWords.scopes),
    repositories: Type.Optional(tokenWords.repositories),
    expiresAt: Type.Optional(
      Type.Union([Type.String({ format: "date-time" }), Type.Null()], { description: "null: never." }),
    ),
  },
  { additionalProperties: false },
);
export type ChangedToken = Static<typeof ChangedToken>;

/** Path of one token. */
export const TokenPath = Type.Object({ id: Type.String({ pattern: "^[0-9a-f]{16}$" }) });
export type TokenPath = Static<typeof TokenPath>;

/** What is told of a token, without its text. */
export const tokenShown = {
  id: Type.String(),
  ...tokenWords,
  createdAt: Type.String({ format: "date-time" }),
  expiresAt: Type.Optional(Type.String({ format: "date-time" })),
  lastUsedAt: Type.Optional(Type.String({ format: "date-time", description: "To within a minute." })),
};

/** A token, without its text. */
export const Token = Type.Object(tokenShown);
export type Token = Static<typeof Token>;

/** Answer of `POST /api/v1/tokens`, and the only one with the text. */
export const TokenShownOnce = Type.Object({ ...tokenShown, token: Type.String() });
export type TokenShownOnce = Static<typeof TokenShownOnce>;

/** `GET /api/v1/tokens` */
export const TokenList = Type.Object({ items: Type.Array(Token) });
export type TokenList = Static<typeof TokenList>;
