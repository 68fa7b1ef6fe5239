import { parseImageName, type RepositoryName } from "../oci/reference.ts";
import type { DataPack } from "../resources/kinds.ts";

/** Which DataPacks show something of a repository: kept from the watch, some hundred bytes a name that is asked for. */
export interface DataPackIndex {
  set(pack: DataPack): void;
  remove(pack: DataPack): void;
  /** Names of the DataPacks. */
  ofRepository(repository: string): readonly string[];
  ofOrganization(organization: string): readonly string[];
  /** The list starts anew. */
  clear(): void;
}

export function createDataPackIndex(): DataPackIndex {
  const packs = new Map<string, Set<RepositoryName>>();
  const byRepository = new Map<string, Set<string>>();

  function forget(name: string): void {
    for (const repository of packs.get(name) ?? []) {
      const names = byRepository.get(repository);
      names?.delete(name);
      if (names?.size === 0) byRepository.delete(repository);
    }
    packs.delete(name);
  }

  return {
    set({ metadata: { name }, spec }) {
      forget(name);
      const repositories = new Set(spec.names.flatMap(repositoryOf));
      packs.set(name, repositories);
      for (const repository of repositories) {
        byRepository.set(repository, (byRepository.get(repository) ?? new Set()).add(name));
      }
    },
    remove: ({ metadata }) => forget(metadata.name),
    ofRepository: (repository) => [...(byRepository.get(repository) ?? [])],
    ofOrganization(organization) {
      const repositories = [...byRepository].filter(([repository]) =>
        repository.startsWith(`${organization}/`),
      );
      return [...new Set(repositories.flatMap(([, names]) => [...names]))];
    },
    clear() {
      packs.clear();
      byRepository.clear();
    },
  };
}

/** A name that admission would have refused is in no image's way. */
function repositoryOf(name: string): RepositoryName[] {
  try {
    return [parseImageName(name).repository];
  } catch {
    return [];
  }
}
