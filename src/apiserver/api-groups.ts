import { CATEGORY, KINDS, type Kind } from "../resources/kinds.ts";
import { GROUP, VERSION } from "../resources/metadata.ts";
import { PLAIN_PATCH_TYPES } from "./body.ts";

/** A group of one version, and what it serves: discovery and OpenAPI both say just this. */
export interface ApiGroup {
  /** Empty for Kubernetes' core group, which is below `/api`. */
  name: string;
  version: string;
  resources: ApiResource[];
}

export interface ApiResource {
  /** As in URLs. */
  plural: string;
  singular: string;
  kind: string;
  isNamespaced: boolean;
  verbs: string[];
  shortNames: string[];
  categories: string[];
  hasStatus: boolean;
  /** Content types of a PATCH. Default: all that there are. */
  patchTypes?: string[];
}

const STATUS_VERBS = ["get", "patch", "update"];

const EVENTS_RESOURCE: ApiResource = {
  plural: "events",
  singular: "event",
  kind: "Event",
  isNamespaced: true,
  verbs: ["get", "list", "watch"],
  shortNames: ["ev"],
  categories: [],
  hasStatus: false,
};

const CORE: ApiGroup = {
  name: "",
  version: "v1",
  resources: [
    {
      plural: "namespaces",
      singular: "namespace",
      kind: "Namespace",
      isNamespaced: false,
      verbs: ["get", "list"],
      shortNames: ["ns"],
      categories: [],
      hasStatus: false,
    },
    EVENTS_RESOURCE,
    {
      plural: "secrets",
      singular: "secret",
      kind: "Secret",
      isNamespaced: true,
      verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update"],
      shortNames: [],
      categories: [],
      hasStatus: false,
      patchTypes: Object.keys(PLAIN_PATCH_TYPES),
    },
  ],
};

const EVENTS: ApiGroup = { name: "events.k8s.io", version: "v1", resources: [EVENTS_RESOURCE] };

const AUTHENTICATION: ApiGroup = {
  name: "authentication.k8s.io",
  version: "v1",
  resources: [review("SelfSubjectReview")],
};

const AUTHORIZATION: ApiGroup = {
  name: "authorization.k8s.io",
  version: "v1",
  resources: [review("SelfSubjectAccessReview"), review("SelfSubjectRulesReview")],
};

const HUB: ApiGroup = {
  name: GROUP,
  version: VERSION,
  resources: (Object.keys(KINDS) as Kind[]).map((kind) => ({
    plural: KINDS[kind].plural,
    singular: KINDS[kind].singular,
    kind,
    isNamespaced: true,
    verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    shortNames: [...KINDS[kind].shortNames],
    categories: [CATEGORY],
    hasStatus: true,
  })),
};

/** All that is served; the hub's own group first. */
export const API_GROUPS: readonly ApiGroup[] = [HUB, AUTHENTICATION, AUTHORIZATION, EVENTS, CORE];

/** `imagehub.sealos.io/v1`, and `v1` of the core group. */
export function groupVersion({ name, version }: ApiGroup): string {
  return name === "" ? version : `${name}/${version}`;
}

/** `apis/imagehub.sealos.io/v1`, `api/v1`. */
export function groupPath(group: ApiGroup): string {
  return `${group.name === "" ? "api" : "apis"}/${groupVersion(group)}`;
}

/** The rows of discovery: each resource, then its status. */
export function subresourcesOf({ hasStatus }: ApiResource): { name: string; verbs: string[] }[] {
  return hasStatus ? [{ name: "status", verbs: STATUS_VERBS }] : [];
}

function review(kind: string): ApiResource {
  const singular = kind.toLowerCase();
  return {
    plural: `${singular}s`,
    singular,
    kind,
    isNamespaced: false,
    verbs: ["create"],
    shortNames: [],
    categories: [],
    hasStatus: false,
  };
}
