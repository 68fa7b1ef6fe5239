import type { KubernetesEndpoint } from "../auth/kubeconfig.ts";

/** How the hub answers over TLS itself. */
export interface TlsListener {
  url: string;
  /** PEM of the hub's own authority; undefined for the operator's certificate. */
  ca: string | undefined;
}

/**
 * Where kubectl reaches a hub: by its public URL when that is https, else on its own TLS port. A public URL with the
 * port that the hub itself listens on leads straight to it, and needs its authority; another leads to a proxy, which
 * has a certificate of its own.
 */
export function kubernetesEndpoint(
  publicUrl: string | undefined,
  tls: TlsListener | undefined,
): KubernetesEndpoint | undefined {
  if (publicUrl?.startsWith("https:")) {
    const isOwn = tls !== undefined && portOf(publicUrl) === portOf(tls.url);
    return { server: publicUrl, ca: isOwn ? tls.ca : undefined };
  }
  return tls && { server: tls.url, ca: tls.ca };
}

function portOf(url: string): string {
  return new URL(url).port || "443";
}
