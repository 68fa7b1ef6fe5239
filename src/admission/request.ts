import type { Subject } from "../auth/subject.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import type { Role, Visibility } from "../resources/organization.ts";
import type { FieldCause } from "./errors.ts";

export type Operation = "create" | "update" | "delete";

/** What Kubernetes calls what a request asks: several are one operation. */
export type Verb = Operation | "patch" | "deletecollection";

/** One change of one resource, and what its admission depends on. */
export interface AdmissionRequest<K extends Kind = Kind> {
  kind: K;
  operation: Operation;
  /** What a refusal says that the caller may not. Default: the operation. */
  verb?: Verb | undefined;
  /** As it is stored; undefined when it is created. */
  old?: Resource<K> | undefined;
  /** As it shall be; undefined when it is deleted. */
  new?: Resource<K> | undefined;
  caller: Subject;
  facts: AdmissionFacts;
}

/** What the decision needs to know of the world; read before, so that the decision is a pure function. */
export interface AdmissionFacts {
  /** The organization that the resource is, or is in; undefined for kinds without one, or a name that is none. */
  organization?: OrganizationFacts | undefined;
  /** Repositories of the Organization. Default 0. */
  repositories?: number;
  /** Whether its members name an owner that is there, beside the caller: see `hasOwner()`. Default false. */
  ownerExists?: boolean;
  /** Patterns of the tags that stay, of an Image's repository. Default none. */
  immutableTags?: readonly string[];
  /** Whether there is an account of the resource's name. Default false. */
  accountExists?: boolean;
  /** DataPacks that the caller has. Default 0. */
  dataPacks?: number;
  /** Whether there is a DataPack of the resource's name, its default included. Default false. */
  isThere?: boolean;
}

export interface OrganizationFacts {
  exists: boolean;
  /** The caller's; undefined for none. */
  role: Role | undefined;
  defaultVisibility: Visibility;
  /** Whether there is an account of its name: people and organizations share one name space. */
  accountExists: boolean;
}

/** A change that may be made. */
export interface Admitted<K extends Kind = Kind> {
  /** What is to be stored: defaults filled in. When it is deleted, as it was. */
  resource: Resource<K>;
  /** For the caller to read; nothing is refused for them. */
  warnings: string[];
  /** An organization to be made first, owned by the caller. */
  newOrganization?: Resource<"Organization">;
}

/** What admission knows of one kind. */
export interface KindRules<K extends Kind> {
  /** Fills in what is left out; of what it gave, nothing is changed by a second time. */
  setDefaults(resource: Resource<K>, request: AdmissionRequest<K>): Resource<K>;
  /** @returns why the caller may not, or undefined */
  whyForbidden(request: AdmissionRequest<K>): string | undefined;
  /** What is wrong with `new`, beyond its schema. */
  validate(resource: Resource<K>, request: AdmissionRequest<K>): FieldCause[];
  /** Why `old` cannot be deleted as things are, or undefined. */
  whyNotDeleted?(resource: Resource<K>, request: AdmissionRequest<K>): string | undefined;
  /** What the caller shall know of what is stored, `request` being as it was made. */
  warnings?(resource: Resource<K>, request: AdmissionRequest<K>): string[];
  /** The organization that the resource needs and that there is not; its name. */
  neededOrganization?(request: AdmissionRequest<K>): string | undefined;
}
