import type { Access } from "../auth/access.ts";
import type { Subject } from "../auth/subject.ts";
import type { Kind, Resource } from "../resources/kinds.ts";

/** Shows resources to one caller: what it may not read is not there. */
export interface View {
  /** The resource as the caller sees it, or undefined. */
  show<K extends Kind>(resource: Resource<K>): Promise<Resource<K> | undefined>;
}

/** A view for one list; what it found out about a repository is remembered that long. */
export function createView(access: Access, subject: Subject): View {
  const readable = new Map<string, Promise<boolean>>();
  return viewOf((repository) => {
    const known = readable.get(repository) ?? access.canRead(subject, repository);
    readable.set(repository, known);
    return known;
  });
}

/** A view that lasts, for a watch: rights may change while it goes on, so each resource is asked about anew. */
export function createLastingView(access: Access, subject: Subject): View {
  return viewOf((repository) => access.canRead(subject, repository));
}

function viewOf(canRead: (repository: string) => Promise<boolean>): View {
  async function showOrganization(organization: Resource<"Organization">): Promise<Resource<"Organization">> {
    const names = organization.status?.repositories ?? [];
    const shown: string[] = [];
    for (const name of names) if (await canRead(name)) shown.push(name);
    const hidden = names.length - shown.length;
    if (hidden === 0) return organization;
    const status = { ...organization.status, repositories: shown };
    if (status.repositoryCount !== undefined) status.repositoryCount -= hidden;
    return { ...organization, status };
  }

  return {
    async show(resource) {
      switch (resource.kind) {
        case "Repository":
          return (await canRead((resource as Resource<"Repository">).spec.name)) ? resource : undefined;
        case "Image":
          return (await canRead(repositoryOf((resource as Resource<"Image">).spec.name)))
            ? resource
            : undefined;
        case "Organization":
          return (await showOrganization(resource as Resource<"Organization">)) as typeof resource;
        case "DataPack":
        case "User":
          return resource;
      }
    },
  };
}

/** `org/name` of `org/name:tag`. */
function repositoryOf(imageName: string): string {
  const colon = imageName.lastIndexOf(":");
  return colon < 0 ? imageName : imageName.slice(0, colon);
}
