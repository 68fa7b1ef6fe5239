/** A server of the Kubernetes API, and who asks, as headers. */
export interface Server {
  url: string;
  /** An administrator. */
  authorization: string;
  /** User bob, who has no rights. */
  somebody: string;
}

/** Of the resources that are there. */
export const NAMESPACE = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
