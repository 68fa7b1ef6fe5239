import { Type } from "typebox";
import type { ReleaseTable } from "../database/tables.ts";
import { toKubernetesTime } from "../resources/conditions.ts";
import { NAMESPACE, type ObjectMeta } from "../resources/metadata.ts";

/** The only type of Secret that the hub keeps. */
export const RELEASE_TYPE = "helm.sh/release.v1";

/** What a client may say of a Secret, beside its metadata. */
export const SecretFields = Type.Object({
  type: Type.Optional(Type.String({ description: `Always ${RELEASE_TYPE}; it stays.` })),
  data: Type.Optional(
    Type.Record(Type.String(), Type.String({ format: "byte" }), { description: "Values, in base64." }),
  ),
  stringData: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "Values as text, which go into data; never shown.",
    }),
  ),
  immutable: Type.Optional(Type.Boolean({ description: "Whether data stays as it is." })),
});

/** Kubernetes' `Secret` of `v1`, in which Helm keeps one revision of a release. */
export interface ReleaseSecret {
  apiVersion: "v1";
  kind: "Secret";
  metadata: SecretMeta;
  type: typeof RELEASE_TYPE;
  /** Key → base64. */
  data?: Record<string, string>;
  immutable?: boolean;
}

export type SecretMeta = Pick<
  ObjectMeta,
  | "name"
  | "namespace"
  | "generateName"
  | "uid"
  | "resourceVersion"
  | "creationTimestamp"
  | "labels"
  | "annotations"
>;

/** What of a row its Secret says; who has it, and how large it is, the store knows. */
type SecretRow = Omit<ReleaseTable, "user_name" | "size_bytes">;

export function toSecret(row: SecretRow): ReleaseSecret {
  const { generateName, labels, annotations } = JSON.parse(row.metadata) as KeptMeta;
  const { data, immutable } = JSON.parse(Buffer.from(row.content).toString()) as KeptContent;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: row.name,
      ...(generateName !== undefined && { generateName }),
      namespace: NAMESPACE,
      uid: row.uid,
      resourceVersion: String(row.version),
      creationTimestamp: toKubernetesTime(new Date(row.created_at)),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    ...(immutable !== undefined && { immutable }),
    ...(data && { data }),
    type: RELEASE_TYPE,
  };
}

/** What is written of a Secret, beside what the store gives. */
export function contentOf({
  metadata: { generateName, labels, annotations },
  data,
  immutable,
}: ReleaseSecret): Pick<ReleaseTable, "metadata" | "content" | "size_bytes"> {
  const metadata = JSON.stringify({ generateName, labels, annotations } satisfies KeptMeta);
  const content = Buffer.from(JSON.stringify({ data, immutable } satisfies KeptContent));
  return { metadata, content, size_bytes: Buffer.byteLength(metadata) + content.length };
}

type KeptMeta = { [Field in "generateName" | "labels" | "annotations"]?: SecretMeta[Field] | undefined };
type KeptContent = { [Field in "data" | "immutable"]?: ReleaseSecret[Field] | undefined };
