import type { Content } from "../content/content.ts";
import { imageKey } from "../content/content.ts";
import { parseImageName, parseRepositoryName, parseTag } from "../oci/reference.ts";
import type { Clock } from "../reconcile/clock.ts";
import { startInformer, type Informer } from "../reconcile/informer.ts";
import type { Logger } from "../reconcile/logger.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Image, Organization, Repository } from "../resources/kinds.ts";
import { isImageSettled } from "./image.ts";
import { isOrganizationSettled } from "./organization.ts";
import type { RepositoryIndex } from "./repository-index.ts";
import { isRepositorySettled } from "./repository.ts";

const LATEST = parseTag("latest");

export interface InformersOptions {
  store: ResourceStore;
  content: Content;
  index: RepositoryIndex;
  repositories: WorkQueue;
  organizations: WorkQueue;
  clock: Clock;
  logger: Logger;
}

/** Watches what users change, and asks for the reconciles that follow from it. */
export function startInformers(options: InformersOptions): Informer[] {
  return [watchImages(options), watchRepositories(options), watchOrganizations(options)];
}

/**
 * Images have no queue of their own here: their keys become dirty, since a Repository follows from each, and only a
 * dirty key outlives the process on the way from one to the other.
 */
function watchImages({ store, content, clock, logger }: InformersOptions): Informer {
  async function touch({ repository, tag }: ReturnType<typeof parseImageName>): Promise<void> {
    // `latest` may stand for this image, and then shows its words.
    const keys = [...new Set([imageKey({ repository, tag }), imageKey({ repository, tag: LATEST })])];
    await content.dirtyKeys.touch(keys.map((key) => ({ kind: "image", key })));
  }

  function nameOf(image: Image): ReturnType<typeof parseImageName> | undefined {
    return legalName(image, parseImageName, logger);
  }

  return startInformer({
    store,
    kind: "Image",
    clock,
    logger,
    async onChange(image) {
      const name = nameOf(image);
      if (name && !isImageSettled(image, name)) await touch(name);
    },
    async onDelete(image) {
      const name = nameOf(image);
      if (name) await touch(name);
    },
  });
}

function watchRepositories(options: InformersOptions): Informer {
  const { store, index, repositories, organizations, clock, logger } = options;

  function lookAt(organization: string | undefined): void {
    if (organization !== undefined) organizations.add(organization);
  }

  return startInformer({
    store,
    kind: "Repository",
    clock,
    logger,
    async onChange(repository) {
      const name = legalName(repository, parseRepositoryName, logger);
      if (!name) return;
      lookAt(index.add(repository));
      if (isRepositorySettled(repository, name)) return;
      await repositories.room();
      repositories.add(name);
    },
    onDelete(repository) {
      const name = legalName(repository, parseRepositoryName, logger);
      if (!name) return;
      lookAt(index.remove(repository));
      repositories.add(name);
    },
    onRelist: () => index.restart(),
    onListed() {
      for (const organization of index.finish()) organizations.add(organization);
    },
  });
}

function watchOrganizations({ store, organizations, clock, logger }: InformersOptions): Informer {
  return startInformer({
    store,
    kind: "Organization",
    clock,
    logger,
    async onChange(organization) {
      if (isOrganizationSettled(organization)) return;
      await organizations.room();
      organizations.add(organization.metadata.name);
    },
    onDelete: ({ metadata }) => organizations.add(metadata.name),
  });
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
