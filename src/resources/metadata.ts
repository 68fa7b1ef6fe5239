import { Type, type Static } from "typebox";

export const GROUP = "imagehub.sealos.io";
export const VERSION = "v1";
export const API_VERSION = `${GROUP}/${VERSION}`;

/** The one namespace that every resource is in. */
export const NAMESPACE = "sealos-imagehub";

/** Label and annotation maps: Kubernetes bounds their total at 256 KiB; here each value is bounded as well. */
const StringMap = Type.Record(Type.String(), Type.String({ maxLength: 65_536 }));

export const OwnerReference = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  uid: Type.String(),
  controller: Type.Optional(Type.Boolean()),
  blockOwnerDeletion: Type.Optional(Type.Boolean()),
});

/** Who said which fields; Kubernetes' `ManagedFieldsEntry`. */
export const ManagedFieldsEntry = Type.Object({
  manager: Type.String({ maxLength: 128 }),
  operation: Type.Union([Type.Literal("Apply"), Type.Literal("Update")]),
  apiVersion: Type.String(),
  time: Type.String(),
  fieldsType: Type.Literal("FieldsV1"),
  fieldsV1: Type.Record(Type.String(), Type.Unknown()),
  subresource: Type.Optional(Type.String()),
});
export type ManagedFieldsEntry = Static<typeof ManagedFieldsEntry>;

/** Kubernetes ObjectMeta, the fields that the hub keeps. */
export const ObjectMeta = Type.Object({
  name: Type.String({ maxLength: 253 }),
  namespace: Type.Optional(Type.String()),
  generateName: Type.Optional(Type.String({ maxLength: 253 })),
  uid: Type.Optional(Type.String()),
  resourceVersion: Type.Optional(Type.String()),
  generation: Type.Optional(Type.Integer()),
  creationTimestamp: Type.Optional(Type.String()),
  deletionTimestamp: Type.Optional(Type.String()),
  labels: Type.Optional(StringMap),
  annotations: Type.Optional(StringMap),
  finalizers: Type.Optional(
    Type.Array(Type.String({ maxLength: 253 }), { maxItems: 20, "x-kubernetes-list-type": "set" }),
  ),
  ownerReferences: Type.Optional(
    Type.Array(OwnerReference, {
      maxItems: 20,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
    }),
  ),
  managedFields: Type.Optional(Type.Array(ManagedFieldsEntry)),
});
export type ObjectMeta = Static<typeof ObjectMeta>;
