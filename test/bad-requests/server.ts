/** A server of the Kubernetes API, and who asks. */
export interface Server {
  url: string;
  authorization: string;
}

/** Of the resources that are there. */
export const NAMESPACE = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
