import { RELEASE_TYPE, type ReleaseSecret, type SecretMeta } from "../../releases/secret.ts";
import { NAMESPACE, type ObjectMeta } from "../../resources/metadata.ts";
import type { DecodedObject } from "../decode-object.ts";

/** A Secret as somebody wants it, of which nothing is checked but its shape. */
export interface SecretDraft {
  metadata: ObjectMeta;
  /** Empty: not said. */
  type: string;
  /** Key → base64, as Kubernetes writes it. */
  data?: Record<string, string>;
  immutable?: boolean;
}

/** What a client sends. */
interface SentSecret {
  metadata: ObjectMeta;
  type?: string;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  immutable?: boolean;
}

/** Texts of `stringData` go into `data`, and win. */
export function toDraft(object: DecodedObject["object"]): SecretDraft {
  const { metadata, type = "", data = {}, stringData = {}, immutable } = object as SentSecret;
  const values = Object.entries({
    ...mapped(data, (value) => Buffer.from(value, "base64")),
    ...mapped(stringData, (value) => Buffer.from(value)),
  }).map(([key, bytes]) => [key, bytes.toString("base64")] as const);
  return {
    // A client that says none means this one.
    metadata: { ...metadata, namespace: NAMESPACE },
    type,
    ...(values.length > 0 && { data: Object.fromEntries(values) }),
    ...(immutable !== undefined && { immutable }),
  };
}

/** As it is kept: with what of its metadata the hub keeps. */
export function toKept({ metadata, data, immutable }: SecretDraft): ReleaseSecret {
  const { name, generateName, labels, annotations } = metadata;
  const kept: SecretMeta = {
    name,
    ...(generateName && { generateName }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: kept,
    ...(data && { data }),
    ...(immutable !== undefined && { immutable }),
    type: RELEASE_TYPE,
  };
}

function mapped(values: Record<string, string>, read: (value: string) => Buffer): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, read(value)]));
}
