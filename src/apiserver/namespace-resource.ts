import { toKubernetesTime } from "../resources/conditions.ts";
import { NAMESPACE } from "../resources/metadata.ts";

/** By which clients know a namespace again. */
export interface NamespaceIdentity {
  uid: string;
  createdAt: Date;
}

/** It never changes. */
export const NAMESPACE_VERSION = 1;

export type NamespaceResource = ReturnType<typeof namespaceResource>;

export function namespaceResource({ uid, createdAt }: NamespaceIdentity) {
  return {
    kind: "Namespace",
    apiVersion: "v1",
    metadata: {
      name: NAMESPACE,
      uid,
      resourceVersion: String(NAMESPACE_VERSION),
      creationTimestamp: toKubernetesTime(createdAt),
      labels: { "kubernetes.io/metadata.name": NAMESPACE },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}
