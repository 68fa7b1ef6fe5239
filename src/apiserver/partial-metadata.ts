/** Any object of a Kubernetes API. */
export interface AnyObject {
  apiVersion?: string;
  kind: string;
  metadata: object;
}

/** `meta.k8s.io` PartialObjectMetadata: what garbage collectors and caches of metadata ask for. */
export function partialMetadata({ metadata }: AnyObject, apiVersion: string): object {
  return { kind: "PartialObjectMetadata", apiVersion, metadata };
}
