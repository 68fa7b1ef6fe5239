import type { Content } from "../content/content.ts";
import { imageKey } from "../content/content.ts";
import { parseImageName, parseRepositoryName, parseTag } from "../oci/reference.ts";
import type { Clock } from "../reconcile/clock.ts";
import type { Informer } from "../reconcile/informer.ts";
import type { Logger } from "../reconcile/logger.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Image, Organization, Repository } from "../resources/kinds.ts";
import { createDataPackIndex, type DataPackIndex } from "./data-pack-index.ts";
import { isImageSettled } from "./image.ts";
import { isOrganizationSettled } from "./organization.ts";
import { startOwnedInformer, type Ownership } from "./owned-informer.ts";
import type { OwnWrites } from "./own-writes.ts";
import type { RepositoryIndex } from "./repository-index.ts";
import { isRepositorySettled } from "./repository.ts";
import type { StarIndex } from "./star-index.ts";

const LATEST = parseTag("latest");

export interface InformersOptions extends Ownership {
  store: ResourceStore;
  content: Content;
  index: RepositoryIndex;
  stars: StarIndex;
  ownWrites: OwnWrites;
  doubted: Set<string>;
  repositories: WorkQueue;
  organizations: WorkQueue;
  dataPacks: WorkQueue;
  clock: Clock;
  logger: Logger;
}

/** Watches what users change, and asks for the reconciles that follow from it. */
export function startInformers(options: InformersOptions): Informer[] {
  const packs = createDataPackIndex();
  return [
    watchDataPacks(options, packs),
    watchImages(options, packs),
    watchRepositories(options, packs),
    watchOrganizations(options, packs),
    watchUsers(options),
  ];
}

/**
 * Images have no queue of their own here: their keys become dirty, since a Repository follows from each, and only a
 * dirty key outlives the process on the way from one to the other.
 */
function watchImages(options: InformersOptions, packs: DataPackIndex): Informer {
  const { store, content, ownWrites, dataPacks, clock, logger } = options;

  async function touch({ repository, tag }: ReturnType<typeof parseImageName>): Promise<void> {
    // `latest` may stand for this image, and then shows its words.
    const keys = [...new Set([imageKey({ repository, tag }), imageKey({ repository, tag: LATEST })])];
    await content.dirtyKeys.touch(keys.map((key) => ({ kind: "image", key })));
  }

  function nameOf(image: Image): ReturnType<typeof parseImageName> | undefined {
    return legalName(image, parseImageName, logger);
  }

  return startOwnedInformer(options, {
    store,
    kind: "Image",
    withoutDocs: true,
    clock,
    logger,
    async onChange(image, why) {
      // Asked of each change, whatever its name.
      const isOthers = why === "changed" && !ownWrites.claim(image);
      const name = nameOf(image);
      if (!name) return;
      addAll(dataPacks, packs.ofRepository(name.repository));
      if (isOthers || !isImageSettled(image, name)) await touch(name);
    },
    async onDelete(image) {
      const name = nameOf(image);
      if (!name) return;
      addAll(dataPacks, packs.ofRepository(name.repository));
      await touch(name);
    },
  });
}

function watchRepositories(options: InformersOptions, packs: DataPackIndex): Informer {
  const { store, index, ownWrites, doubted, repositories, organizations, dataPacks, clock, logger } = options;

  function lookAt(organization: string | undefined): void {
    if (organization !== undefined) organizations.add(organization);
  }

  return startOwnedInformer(options, {
    store,
    kind: "Repository",
    clock,
    logger,
    async onChange(repository, why) {
      const isOthers = why === "changed" && !ownWrites.claim(repository);
      const name = legalName(repository, parseRepositoryName, logger);
      if (!name) return;
      lookAt(index.add(repository));
      addAll(dataPacks, packs.ofRepository(name));
      if (isOthers) doubted.add(name);
      else if (isRepositorySettled(repository, name)) return;
      await repositories.room();
      // Who may see it follows from its spec.
      repositories.add(name, { atOnce: true });
    },
    onDelete(repository) {
      const name = legalName(repository, parseRepositoryName, logger);
      if (!name) return;
      lookAt(index.remove(repository));
      addAll(dataPacks, packs.ofRepository(name));
      repositories.add(name);
    },
    onRelist: () => index.restart(),
    onListed() {
      for (const organization of index.finish()) organizations.add(organization);
    },
  });
}

function watchOrganizations(options: InformersOptions, packs: DataPackIndex): Informer {
  const { store, index, organizations, dataPacks, clock, logger } = options;
  return startOwnedInformer(options, {
    store,
    kind: "Organization",
    clock,
    logger,
    async onChange(organization) {
      const { name } = organization.metadata;
      addAll(dataPacks, packs.ofOrganization(name));
      const miscounted = index.compare(name, organization.status?.repositoryCount ?? 0);
      if (miscounted !== undefined) organizations.add(miscounted);
      if (isOrganizationSettled(organization)) return;
      await organizations.room();
      organizations.add(name, { atOnce: true });
    },
    onDelete: ({ metadata }) => organizations.add(metadata.name),
  });
}

function watchDataPacks(options: InformersOptions, packs: DataPackIndex): Informer {
  const { store, dataPacks, clock, logger } = options;
  return startOwnedInformer(options, {
    store,
    kind: "DataPack",
    clock,
    logger,
    async onChange(pack) {
      packs.set(pack);
      await dataPacks.room();
      dataPacks.add(pack.metadata.name);
    },
    onDelete: (pack) => packs.remove(pack),
    onRelist: () => packs.clear(),
  });
}

/** Stars are in the Users' words; Repositories count them. */
function watchUsers(options: InformersOptions): Informer {
  const { store, stars, repositories, clock, logger } = options;
  return startOwnedInformer(options, {
    store,
    kind: "User",
    clock,
    logger,
    async onChange(user) {
      await repositories.room();
      addAll(repositories, stars.set(user));
    },
    onDelete: (user) => addAll(repositories, stars.remove(user)),
    onRelist: () => stars.restart(),
    onListed: () => addAll(repositories, stars.finish()),
  });
}

function addAll(queue: WorkQueue, keys: readonly string[]): void {
  for (const key of keys) queue.add(key);
}

/** A name that admission would have refused is left alone: it must not stand in the way of the others. */
function legalName<Name>(
  { kind, metadata, spec }: Image | Repository | Organization,
  parse: (text: string) => Name,
  logger: Logger,
): Name | undefined {
  try {
    return parse("name" in spec ? spec.name : "");
  } catch (error) {
    logger.warn({ kind, name: metadata.name, err: error }, "left alone: spec.name is not legal");
    return undefined;
  }
}
