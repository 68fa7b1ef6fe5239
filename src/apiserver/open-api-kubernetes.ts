import { SecretFields } from "../releases/secret.ts";
import { toStructuralSchema } from "../resources/structural-schema.ts";
import type { ApiGroup } from "./api-groups.ts";
import { META, metaSchemas, object, TEXT, type OpenApiSchema, type SchemaRoot } from "./open-api-schemas.ts";

type Properties = Record<string, OpenApiSchema>;

const FLAG: OpenApiSchema = { type: "boolean" };
const NUMBER: OpenApiSchema = { type: "integer", format: "int32" };
const TIME: OpenApiSchema = { type: "string", format: "date-time" };
const TEXTS: OpenApiSchema = { type: "array", items: TEXT };

/** `io.k8s.api.core.v1.Event`: as Kubernetes calls the schemas of its own groups. */
export function kubernetesSchemaName({ name, version }: ApiGroup, kind: string): string {
  return `io.k8s.api.${name === "" ? "core" : name.split(".")[0]}.${version}.${kind}`;
}

/** The schemas of a group that is not the hub's own, with those they refer to: what the hub knows of them. */
export function kubernetesSchemas(group: ApiGroup, root: SchemaRoot): Record<string, OpenApiSchema> {
  const schemas = group.resources.flatMap(({ kind, verbs }) => {
    const one = [kubernetesSchemaName(group, kind), schemaOf(group, kind, root)] as const;
    const list = [kubernetesSchemaName(group, `${kind}List`), listOf(group, kind, root)] as const;
    return verbs.includes("list") ? [one, list] : [one];
  });
  return { ...Object.fromEntries(schemas), ...metaSchemas(root) };
}

function schemaOf(group: ApiGroup, kind: string, root: SchemaRoot): OpenApiSchema {
  const { description, properties } = KINDS_OF_KUBERNETES[`${group.name}/${kind}`] ?? EMPTY;
  const metadata = { $ref: `${root}${META}.ObjectMeta` };
  return {
    ...object(description, { apiVersion: TEXT, kind: TEXT, metadata, ...properties }),
    "x-kubernetes-group-version-kind": [{ group: group.name, version: group.version, kind }],
  };
}

function listOf(group: ApiGroup, kind: string, root: SchemaRoot): OpenApiSchema {
  const items = { type: "array" as const, items: { $ref: root + kubernetesSchemaName(group, kind) } };
  const metadata = { $ref: `${root}${META}.ListMeta` };
  return {
    ...object(`A page of kind ${kind}.`, { apiVersion: TEXT, kind: TEXT, metadata, items }),
    required: ["items"],
    "x-kubernetes-group-version-kind": [{ group: group.name, version: group.version, kind: `${kind}List` }],
  };
}

const EMPTY: { description: string; properties: Properties } = { description: "", properties: {} };

const OBJECT = object("The resource that it is about.", {
  apiVersion: TEXT,
  kind: TEXT,
  namespace: TEXT,
  name: TEXT,
  uid: TEXT,
  resourceVersion: TEXT,
  fieldPath: TEXT,
});
const SOURCE = object("Who reported it.", { component: TEXT, host: TEXT });
const EVENT = "What happened to a resource in the last hour; the hub alone writes it.";
const USER = object("Who asks.", {
  username: TEXT,
  uid: TEXT,
  groups: TEXTS,
  extra: { type: "object", additionalProperties: TEXTS },
});
const RESOURCE = object("What would be done, to which resource.", {
  namespace: TEXT,
  verb: TEXT,
  group: TEXT,
  version: TEXT,
  resource: TEXT,
  subresource: TEXT,
  name: TEXT,
});
const RULE = object("What the caller may.", {
  verbs: TEXTS,
  apiGroups: TEXTS,
  resources: TEXTS,
  resourceNames: TEXTS,
});

/** `group/Kind` → its fields beside apiVersion, kind and metadata. */
const KINDS_OF_KUBERNETES: Record<string, { description: string; properties: Properties }> = {
  "/Namespace": {
    description: "The one that every resource of the hub is in.",
    properties: {
      spec: object("What it is to be.", { finalizers: TEXTS }),
      status: object("How it is.", { phase: TEXT }),
    },
  },
  "/Event": {
    description: EVENT,
    properties: {
      involvedObject: OBJECT,
      type: { ...TEXT, description: "Normal, or Warning: somebody should look at it." },
      reason: { ...TEXT, description: "In one word, for programs." },
      message: { ...TEXT, description: "For people." },
      count: { ...NUMBER, description: "How often it happened." },
      firstTimestamp: TIME,
      lastTimestamp: TIME,
      eventTime: TIME,
      source: SOURCE,
      reportingComponent: TEXT,
      reportingInstance: TEXT,
    },
  },
  "/Secret": {
    description: "What Helm keeps of a revision of a release; its user's alone.",
    properties: toStructuralSchema(SecretFields).properties ?? {},
  },
  "events.k8s.io/Event": {
    description: EVENT,
    properties: {
      regarding: OBJECT,
      type: { ...TEXT, description: "Normal, or Warning: somebody should look at it." },
      reason: { ...TEXT, description: "In one word, for programs." },
      note: { ...TEXT, description: "For people." },
      eventTime: TIME,
      reportingController: TEXT,
      reportingInstance: TEXT,
      deprecatedSource: SOURCE,
      deprecatedFirstTimestamp: TIME,
      deprecatedLastTimestamp: TIME,
      deprecatedCount: { ...NUMBER, description: "How often it happened." },
    },
  },
  "authentication.k8s.io/SelfSubjectReview": {
    description: "Tells the caller who it is.",
    properties: { status: object("Who it is.", { userInfo: USER }) },
  },
  "authorization.k8s.io/SelfSubjectAccessReview": {
    description: "Tells the caller whether it may do something.",
    properties: {
      spec: object("What is asked.", {
        resourceAttributes: RESOURCE,
        nonResourceAttributes: object("What would be asked, of which path.", { path: TEXT, verb: TEXT }),
      }),
      status: object("The answer.", { allowed: FLAG, denied: FLAG, reason: TEXT, evaluationError: TEXT }),
    },
  },
  "authorization.k8s.io/SelfSubjectRulesReview": {
    description: "Tells the caller all that it may do.",
    properties: {
      spec: object("What is asked.", { namespace: TEXT }),
      status: object("The answer.", {
        resourceRules: { type: "array", items: RULE },
        nonResourceRules: {
          type: "array",
          items: object("What the caller may ask of paths.", { verbs: TEXTS, nonResourceURLs: TEXTS }),
        },
        incomplete: FLAG,
        evaluationError: TEXT,
      }),
    },
  },
};
