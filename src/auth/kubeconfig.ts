import { stringify } from "yaml";
import { NAMESPACE } from "../resources/metadata.ts";

/** Where kubectl reaches the hub's `/apis`. */
export interface KubernetesEndpoint {
  /** https, since kubectl sends no credentials over plain HTTP. */
  server: string;
  /** PEM of the authority to trust; undefined: whom the client's machine trusts. */
  ca: string | undefined;
}

/** A kubeconfig, as YAML, by which kubectl uses a hub as somebody. */
export function formatKubeconfig(
  { server, ca }: KubernetesEndpoint,
  { user, token }: { user: string; token: string },
): string {
  const authority =
    ca === undefined ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: NAME, cluster: { server, ...authority } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: NAME, context: { cluster: NAME, user, namespace: NAMESPACE } }],
      "current-context": NAME,
    },
    // Base64 is one line.
    { lineWidth: 0 },
  );
}

const NAME = "imagehub";
