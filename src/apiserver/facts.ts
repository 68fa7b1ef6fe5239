import type { AdmissionFacts, OrganizationFacts } from "../admission/request.ts";
import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Subject } from "../auth/subject.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { LabelRequirement, ResourceStore } from "../resource-store/port.ts";
import { dataPackName } from "../resources/data-pack-name.ts";
import type { Kind, Organization, Resource } from "../resources/kinds.ts";
import { CREATED_BY_LABEL, ORGANIZATION_LABEL } from "../resources/labels.ts";
import { labelValue, nameOfSpecName, organizationOfSpecName } from "../resources/names.ts";
import type { Member } from "../resources/organization.ts";
import { repositoryOf } from "../resources/repository-of.ts";

export interface FactsSource {
  store: ResourceStore;
  policies: OrganizationPolicies;
  accounts: Pick<Accounts, "exists">;
  access: Pick<Access, "role">;
}

/** What the admission of a change depends on, as it is now. */
export async function readFacts(
  source: FactsSource,
  { resource, caller }: { resource: Resource<Kind>; caller: Subject },
): Promise<AdmissionFacts> {
  switch (resource.kind) {
    case "Organization":
      return {
        organization: await organizationFacts(source, resource.metadata.name, caller),
        repositories: await countRepositories(source.store, resource.metadata.name),
        ownerExists: await source.policies.hasOwner(membersOf(resource as Organization)),
      };
    case "Repository":
      return { organization: await organizationOf(source, resource as Resource<"Repository">, caller) };
    case "Image": {
      const image = resource as Resource<"Image">;
      return {
        organization: await organizationOf(source, image, caller),
        immutableTags: await immutableTagsOf(source, image),
      };
    }
    case "DataPack":
      return {
        dataPacks: await countDataPacks(source.store, caller),
        isThere: await isDataPackThere(source.store, resource as Resource<"DataPack">),
      };
    case "User":
      return { accountExists: await source.accounts.exists(resource.metadata.name) };
  }
}

/** Those that have the shape of one: admission tells of others. */
function membersOf({ spec }: Organization): Member[] {
  const members: unknown = (spec as Organization["spec"] | undefined)?.members;
  return Array.isArray(members) ? members.filter(isMember) : [];
}

function isMember(value: unknown): value is Member {
  return typeof (value as Partial<Member> | null)?.name === "string";
}

async function organizationOf(
  source: FactsSource,
  { spec }: Resource<"Repository"> | Resource<"Image">,
  caller: Subject,
): Promise<OrganizationFacts | undefined> {
  const name = typeof spec?.name === "string" ? organizationOfSpecName(spec.name) : undefined;
  return name === undefined ? undefined : organizationFacts(source, name, caller);
}

async function organizationFacts(
  { store, policies, accounts, access }: FactsSource,
  name: string,
  caller: Subject,
): Promise<OrganizationFacts> {
  const policy = await policies.find(name);
  const organization = await findResource(store, "Organization", name);
  return {
    exists: policy !== undefined || organization !== undefined,
    role: await access.role(caller, name),
    defaultVisibility: policy?.defaultVisibility ?? "public",
    accountExists: await accounts.exists(name),
  };
}

async function immutableTagsOf({ store }: FactsSource, image: Resource<"Image">): Promise<readonly string[]> {
  const repository = repositoryOf(image);
  const name = repository === undefined ? undefined : nameOfSpecName("Repository", repository);
  const parent = name === undefined ? undefined : await findResource(store, "Repository", name);
  return parent?.spec.immutableTags ?? [];
}

function countRepositories(store: ResourceStore, organization: string): Promise<number> {
  return store.count("Repository", {
    labelSelector: [labelled(ORGANIZATION_LABEL, labelValue(organization))],
  });
}

/** By the name that it gives, or the one that admission will give it. */
async function isDataPackThere(
  store: ResourceStore,
  { metadata, spec }: Resource<"DataPack">,
): Promise<boolean> {
  // Its shape is looked at later.
  const hasNames = Array.isArray(spec?.names) && spec.names.every((name) => typeof name === "string");
  const name = metadata.name || (hasNames ? dataPackName(spec) : undefined);
  return name !== undefined && (await findResource(store, "DataPack", name)) !== undefined;
}

async function countDataPacks(store: ResourceStore, caller: Subject): Promise<number> {
  if (caller.kind !== "user") return 0;
  return store.count("DataPack", { labelSelector: [labelled(CREATED_BY_LABEL, caller.name)] });
}

function labelled(key: string, value: string): LabelRequirement {
  return { key, operator: "In", values: [value] };
}
