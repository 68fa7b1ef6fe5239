import type { ReleaseSecret } from "../../releases/secret.ts";
import { FIRST_VERSION } from "../../releases/store.ts";
import { isSelected, type Selectors } from "../../resource-store/selectors.ts";
import { parseFieldSelector } from "../field-selector.ts";
import { parseLabelSelector } from "../label-selector.ts";
import type { NamedObjects } from "../named-list.ts";
import { noSuchSecret } from "./errors.ts";
import type { SecretsRequest } from "./request.ts";

/** A Secret may have a megabyte: so many are held at once. */
const BATCH = 20;

/** @throws StatusError NotFound, also for what is somebody else's */
export async function getSecret({ releases, owner }: SecretsRequest, name: string): Promise<ReleaseSecret> {
  const found = owner === undefined ? undefined : await releases.find(owner, name);
  if (!found) throw noSuchSecret(name);
  return found;
}

/** The caller's Secrets that are selected, in the order of their names. @throws StatusError BadRequest */
export function namedSecrets({ releases, owner, query }: SecretsRequest): NamedObjects & {
  after(name: string): AsyncIterable<ReleaseSecret>;
} {
  const selectors = selectorsOf(query);
  return {
    apiVersion: "v1",
    kind: "Secret",
    plural: "secrets",
    maxPage: BATCH,
    version: async () => (owner === undefined ? FIRST_VERSION : releases.version(owner)),
    async *after(name) {
      let last = name;
      for (;;) {
        const page = owner === undefined ? [] : await releases.page(owner, { after: last, limit: BATCH });
        yield* page.filter((secret) => isSelected(secret, selectors));
        if (page.length < BATCH) return;
        last = page.at(-1)?.metadata.name ?? last;
      }
    },
  };
}

/** As Kubernetes selects Secrets. */
const FIELDS = ["metadata.name", "metadata.namespace", "type"];

function selectorsOf({ labelSelector = "", fieldSelector = "" }: SecretsRequest["query"]): Selectors {
  return {
    labelSelector: parseLabelSelector(labelSelector),
    fieldSelector: parseFieldSelector(fieldSelector, FIELDS),
  };
}
