import type { Audit } from "../../audit/audit.ts";
import type { AuditEntry } from "../../audit/entry.ts";
import { currentVisit } from "../../auth/visit.ts";
import type { Content } from "../../content/content.ts";
import type { Digest } from "../../oci/digest.ts";
import { organizationOf, type RepositoryName, type Tag } from "../../oci/reference.ts";
import { actorOf } from "./actor.ts";

/**
 * The same content, for the registry: what clients push and delete is in the audit. The entry of a push is written
 * within its transaction, so that the one is on disk if and only if the other is.
 */
export function withAudit(content: Content, audit: Audit): Content {
  const { manifests, tags, blobs } = content;
  return {
    ...content,
    manifests: {
      ...manifests,
      put: (repository, push) =>
        manifests.put(repository, {
          ...push,
          async alongside(transaction, digest) {
            for (const tag of push.tags) {
              const entry = { ...entryOf("manifest.push", `${repository}:${tag}`, repository), digest };
              await audit.withinTag(transaction, { entry, repository, tag });
            }
            if (push.tags.length > 0) return;
            const entry = entryOf("manifest.push", `${repository}@${digest}`, repository);
            await audit.within(transaction, { ...entry, digest });
          },
        }),
      async delete(repository, digest, options) {
        const deleted = await manifests.delete(repository, digest, options);
        if (deleted) await audit.record(deletionOf("manifest.delete", repository, digest));
        return deleted;
      },
    },
    tags: {
      ...tags,
      async delete(repository, tag, options) {
        const before = await tags.find(repository, tag);
        const deleted = await tags.delete(repository, tag, options);
        if (deleted) await audit.record(tagDeletionOf(repository, tag, before?.digest));
        return deleted;
      },
    },
    blobs: {
      ...blobs,
      async delete(repository, digest) {
        const deleted = await blobs.delete(repository, digest);
        if (deleted) await audit.record(deletionOf("blob.delete", repository, digest));
        return deleted;
      },
    },
  };
}

function deletionOf(action: string, repository: RepositoryName, digest: Digest): AuditEntry {
  return { ...entryOf(action, `${repository}@${digest}`, repository), status: 202, digest };
}

function tagDeletionOf(repository: RepositoryName, tag: Tag, digest: Digest | undefined): AuditEntry {
  return {
    ...entryOf("tag.delete", `${repository}:${tag}`, repository),
    status: 202,
    previousDigest: digest,
  };
}

function entryOf(action: string, resource: string, repository: RepositoryName): AuditEntry {
  const visit = currentVisit();
  return {
    ...actorOf(visit?.subject),
    address: visit?.address ?? "",
    action,
    resource,
    organization: organizationOf(repository),
    outcome: "success",
    status: 201,
    count: 1,
  };
}
