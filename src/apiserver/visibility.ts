import type { Access } from "../auth/access.ts";
import type { Subject } from "../auth/subject.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { repositoryOf } from "../resources/repository-of.ts";

/** Shows resources to one caller: what it may not read is not there. */
export interface View {
  /** Whether nothing is hidden from the caller, as long as it is who it is. */
  readonly seesAll: boolean;
  /**
   * The resource as the caller sees it, or undefined.
   * @param options.past whether it is as it was once, perhaps while its repository was private; default: as it is now
   */
  show<K extends Kind>(resource: Resource<K>, options?: { past?: boolean }): Promise<Resource<K> | undefined>;
  /** Whether the caller may read what is about this repository, `org/repo`. */
  canRead: CanRead;
}

type CanRead = (repository: string, options?: { whilePrivate?: boolean }) => Promise<boolean>;

/** A view for one list; what it found out about a repository is remembered that long. */
export function createView(access: Access, subject: Subject): View {
  const readable = new Map<string, Promise<boolean>>();
  return viewOf(access, subject, (repository, { whilePrivate = false } = {}) => {
    const key = whilePrivate ? `private ${repository}` : repository;
    const known = readable.get(key) ?? access.canRead(subject, repository, { whilePrivate });
    readable.set(key, known);
    return known;
  });
}

/** A view that lasts, for a watch: rights may change while it goes on, so each resource is asked about anew. */
export function createLastingView(access: Access, subject: Subject): View {
  return viewOf(access, subject, (repository, options) => access.canRead(subject, repository, options));
}

function viewOf(access: Access, subject: Subject, canRead: CanRead): View {
  async function readable(names: readonly string[]): Promise<string[]> {
    const shown: string[] = [];
    for (const name of names) if (await canRead(name)) shown.push(name);
    return shown;
  }

  /** Stars tell of repositories, and so does what kubectl applied last: those are for who may read them. */
  async function showUser(user: Resource<"User">): Promise<Resource<"User">> {
    const isOwn = subject.kind === "user" && subject.name === user.metadata.name;
    const starred = user.spec.starred ?? [];
    const shown = isOwn ? starred : await readable(starred);
    if (shown.length === starred.length) return user;
    const { [LAST_APPLIED]: _, ...annotations } = user.metadata.annotations ?? {};
    return { ...user, metadata: { ...user.metadata, annotations }, spec: { ...user.spec, starred: shown } };
  }

  /** Its status names some repositories, and counts all: what is counted beyond those named may be hidden too. */
  async function showOrganization(organization: Resource<"Organization">): Promise<Resource<"Organization">> {
    const { repositories: names = [], repositoryCount } = organization.status ?? {};
    const shown = await readable(names);
    const namesAll = repositoryCount === undefined || repositoryCount <= names.length;
    const count = namesAll ? shown.length : await access.countReadable(subject, organization.metadata.name);
    if (count === "all" || (namesAll && shown.length === names.length)) return organization;
    const { repositoryCount: _, ...status } = organization.status ?? {};
    const counted = repositoryCount !== undefined && count !== "some" && { repositoryCount: count };
    return { ...organization, status: { ...status, repositories: shown, ...counted } };
  }

  return {
    seesAll: subject.kind !== "anonymous" && subject.administrator,
    canRead,
    async show(resource, { past = false } = {}) {
      switch (resource.kind) {
        case "Repository": {
          // What it said while it was private is in the history for some minutes, and for a moment in its status.
          const { spec, status } = resource as Resource<"Repository">;
          const whilePrivate = [spec.visibility, status?.visibility].includes("private");
          return (await canRead(repositoryOf(resource) ?? "", { whilePrivate })) ? resource : undefined;
        }
        case "Image": {
          // One that says nothing yet is told of when it does.
          const whilePrivate = past && (resource as Resource<"Image">).status?.visibility !== "public";
          return (await canRead(repositoryOf(resource) ?? "", { whilePrivate })) ? resource : undefined;
        }
        case "Organization":
          return (await showOrganization(resource as Resource<"Organization">)) as typeof resource;
        case "User":
          return (await showUser(resource as Resource<"User">)) as typeof resource;
        case "DataPack":
          return resource;
      }
    },
  };
}

/** Where kubectl keeps what it applied. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
