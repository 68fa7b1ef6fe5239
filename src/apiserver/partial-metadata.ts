/** Any object of a Kubernetes API. */
export interface AnyObject {
  apiVersion?: string;
  kind: string;
  metadata: object;
}

/** One that has a name. */
export interface NamedObject extends AnyObject {
  metadata: { name: string };
}

/** `meta.k8s.io` PartialObjectMetadata: what garbage collectors and caches of metadata ask for. */
export function partialMetadata({ metadata }: AnyObject, apiVersion: string): object {
  return { kind: "PartialObjectMetadata", apiVersion, metadata };
}
