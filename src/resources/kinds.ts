import type { Static, TSchema } from "typebox";
import type { Rule } from "./cel.ts";
import { DataPackSpec, DataPackStatus } from "./data-pack.ts";
import { ImageSpec, ImageStatus } from "./image.ts";
import { API_VERSION, NAMESPACE, type ObjectMeta } from "./metadata.ts";
import { ACCOUNT_NAME_RULE, derivedNameRules } from "./name-rules.ts";
import { OrganizationSpec, OrganizationStatus } from "./organization.ts";
import { RepositorySpec, RepositoryStatus } from "./repository.ts";
import { UserSpec, UserStatus } from "./user.ts";

/** `kubectl get imagehub` lists all kinds. */
export const CATEGORY = "imagehub";

/** What the API needs to know of a kind. */
interface KindDefinition {
  /** What `kubectl explain` says first. */
  description: string;
  plural: string;
  singular: string;
  shortNames: string[];
  spec: TSchema;
  status: TSchema;
  /** Of the whole resource: what ties metadata.name to it. */
  rules: Rule[];
  /** Beside NAME, which is always first. */
  printerColumns: PrinterColumn[];
  /** What a field selector may name beside `metadata.name`, as JSON paths. */
  selectableFields: string[];
}

/** A column of `kubectl get`; one with a priority above 0 is shown by `-o wide` alone. */
export interface PrinterColumn {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  jsonPath: string;
  priority?: number;
  description?: string;
}

const AGE: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

/** Every kind of the group, in one table: names in URLs and on the command line, schemas, columns. */
export const KINDS = {
  Organization: {
    description: "Whose images they are: people who push, and who may see what is private.",
    plural: "organizations",
    singular: "organization",
    shortNames: ["org"],
    spec: OrganizationSpec,
    status: OrganizationStatus,
    rules: [ACCOUNT_NAME_RULE],
    printerColumns: [
      { name: "Display name", type: "string", jsonPath: ".spec.displayName" },
      { name: "Repositories", type: "integer", jsonPath: ".status.repositoryCount" },
      { name: "Visibility", type: "string", jsonPath: ".spec.defaultVisibility", priority: 1 },
      { name: "Description", type: "string", jsonPath: ".spec.description", priority: 1 },
      AGE,
    ],
    selectableFields: [],
  },
  Repository: {
    description: "Images of one name, each with its tag, and the page that shows the latest.",
    plural: "repositories",
    singular: "repository",
    shortNames: ["repo"],
    spec: RepositorySpec,
    status: RepositoryStatus,
    rules: derivedNameRules("Repository"),
    printerColumns: [
      { name: "Repository", type: "string", jsonPath: ".spec.name" },
      { name: "Visibility", type: "string", jsonPath: ".spec.visibility" },
      { name: "Latest", type: "string", jsonPath: ".status.latestTag" },
      { name: "Tags", type: "integer", jsonPath: ".status.tagCount" },
      { name: "Pulls", type: "integer", jsonPath: ".status.pulls" },
      { name: "Stars", type: "integer", jsonPath: ".status.stars", priority: 1 },
      { name: "Description", type: "string", jsonPath: ".status.detail.description", priority: 1 },
      AGE,
    ],
    selectableFields: [".spec.name", ".spec.visibility"],
  },
  Image: {
    description: "One tag of a repository, and what its image says of itself.",
    plural: "images",
    singular: "image",
    shortNames: ["img"],
    spec: ImageSpec,
    status: ImageStatus,
    rules: derivedNameRules("Image"),
    printerColumns: [
      { name: "Image", type: "string", jsonPath: ".spec.name" },
      { name: "Arch", type: "string", jsonPath: ".status.detail.arch" },
      { name: "Size", type: "integer", jsonPath: ".status.size" },
      { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: "Digest", type: "string", jsonPath: ".status.digest", priority: 1 },
      { name: "Description", type: "string", jsonPath: ".status.detail.description", priority: 1 },
      AGE,
    ],
    selectableFields: [".spec.name"],
  },
  DataPack: {
    description: "Data of many images in one answer, for an app store; it expires.",
    plural: "datapacks",
    singular: "datapack",
    shortNames: ["dp"],
    spec: DataPackSpec,
    status: DataPackStatus,
    rules: [],
    printerColumns: [
      { name: "Type", type: "string", jsonPath: ".spec.type" },
      { name: "Phase", type: "string", jsonPath: ".status.phase" },
      { name: "Expires", type: "string", jsonPath: ".status.expiresAt" },
      AGE,
    ],
    selectableFields: [],
  },
  User: {
    description: "Somebody with an account: the name that is shown, and starred repositories.",
    plural: "users",
    singular: "user",
    shortNames: [],
    spec: UserSpec,
    status: UserStatus,
    rules: [ACCOUNT_NAME_RULE],
    printerColumns: [{ name: "Display name", type: "string", jsonPath: ".spec.displayName" }, AGE],
    selectableFields: [],
  },
} as const satisfies Record<string, KindDefinition>;

export type Kind = keyof typeof KINDS;
export type Spec<K extends Kind> = Static<(typeof KINDS)[K]["spec"]>;
export type Status<K extends Kind> = Static<(typeof KINDS)[K]["status"]>;

export interface Resource<K extends Kind> {
  apiVersion: string;
  kind: K;
  metadata: ObjectMeta;
  spec: Spec<K>;
  status?: Status<K>;
}

export type Organization = Resource<"Organization">;
export type Repository = Resource<"Repository">;
export type Image = Resource<"Image">;
export type DataPack = Resource<"DataPack">;
export type User = Resource<"User">;

export function kindOfPlural(plural: string): Kind | undefined {
  return (Object.keys(KINDS) as Kind[]).find((kind) => KINDS[kind].plural === plural);
}

/** A resource of the hub's group and namespace, to be created. */
export function newResource<K extends Kind>(
  kind: K,
  name: string,
  content: { spec: Spec<K>; labels?: Record<string, string>; status?: Status<K> },
): Resource<K> {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: { name, namespace: NAMESPACE, ...(content.labels && { labels: content.labels }) },
    spec: content.spec,
    ...(content.status && { status: content.status }),
  };
}
