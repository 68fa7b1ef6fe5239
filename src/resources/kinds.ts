import type { Static, TSchema } from "typebox";
import { DataPackSpec, DataPackStatus } from "./data-pack.ts";
import { ImageSpec, ImageStatus } from "./image.ts";
import { API_VERSION, NAMESPACE, type ObjectMeta } from "./metadata.ts";
import { OrganizationSpec, OrganizationStatus } from "./organization.ts";
import { RepositorySpec, RepositoryStatus } from "./repository.ts";
import { UserSpec, UserStatus } from "./user.ts";

/** What the API needs to know of a kind. */
interface KindDefinition {
  plural: string;
  singular: string;
  shortNames: string[];
  spec: TSchema;
  status: TSchema;
}

/** Every kind of the group, in one table: names in URLs and on the command line, and schemas. */
export const KINDS = {
  Organization: {
    plural: "organizations",
    singular: "organization",
    shortNames: ["org"],
    spec: OrganizationSpec,
    status: OrganizationStatus,
  },
  Repository: {
    plural: "repositories",
    singular: "repository",
    shortNames: ["repo"],
    spec: RepositorySpec,
    status: RepositoryStatus,
  },
  Image: { plural: "images", singular: "image", shortNames: ["img"], spec: ImageSpec, status: ImageStatus },
  DataPack: {
    plural: "datapacks",
    singular: "datapack",
    shortNames: ["dp"],
    spec: DataPackSpec,
    status: DataPackStatus,
  },
  User: { plural: "users", singular: "user", shortNames: [], spec: UserSpec, status: UserStatus },
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
