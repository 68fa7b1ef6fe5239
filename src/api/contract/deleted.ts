import { Type, type Static } from "typebox";

/** Entries on one page of what was deleted, when the caller does not say. */
export const DEFAULT_DELETED_LIMIT = 100;

/** `GET /api/v1/deleted` */
export const DeletedQuery = Type.Object(
  {
    organization: Type.Optional(Type.String({ maxLength: 255 })),
    repository: Type.Optional(Type.String({ maxLength: 255 })),
    tag: Type.Optional(Type.String({ maxLength: 128 })),
    digest: Type.Optional(Type.String({ maxLength: 135 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    continue: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
  },
  { additionalProperties: false },
);
export type DeletedQuery = Static<typeof DeletedQuery>;

/** A tag or manifest that was deleted and can be restored. */
export const Deleted = Type.Object({
  id: Type.Integer(),
  repository: Type.String(),
  tag: Type.Optional(Type.String({ description: "Left out when the manifest was deleted." })),
  digest: Type.String(),
  mediaType: Type.String(),
  pushedAt: Type.String({ format: "date-time" }),
  pushedBy: Type.String(),
  deletedAt: Type.String({ format: "date-time" }),
  deletedBy: Type.String(),
  keptUntil: Type.String({ format: "date-time", description: "It may be gone for good after this." }),
});
export type Deleted = Static<typeof Deleted>;

export const DeletedPage = Type.Object({
  items: Type.Array(Deleted),
  continue: Type.Optional(Type.String()),
});
export type DeletedPage = Static<typeof DeletedPage>;

/** `POST /api/v1/deleted/{id}/restore` */
export const DeletedParameters = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
export type DeletedParameters = Static<typeof DeletedParameters>;

export const RestoreQuery = Type.Object(
  {
    replace: Type.Optional(Type.Boolean({ description: "Move a tag that was set again, to another image." })),
  },
  { additionalProperties: false },
);
export type RestoreQuery = Static<typeof RestoreQuery>;

export const RestoreResult = Type.Object({
  repository: Type.String(),
  tags: Type.Array(Type.String(), { description: "Set again." }),
  manifests: Type.Array(Type.String(), { description: "Digests of those that were not there." }),
  takenTags: Type.Array(Type.String(), { description: "Went with the manifest; were set again since." }),
});
export type RestoreResult = Static<typeof RestoreResult>;
