import { toKubernetesTime } from "../resources/conditions.ts";
import { NAMESPACE } from "../resources/metadata.ts";

/** By which clients know a namespace again. */
export interface NamespaceIdentity {
  uid: string;
  createdAt: Date;
}

/** Kubernetes labels each namespace with its name. */
export const NAME_LABEL = "kubernetes.io/metadata.name";

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
      labels: { [NAME_LABEL]: NAMESPACE },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}
