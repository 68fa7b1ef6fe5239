import type { Organization } from "../resources/kinds.ts";
import { API_VERSION, NAMESPACE } from "../resources/metadata.ts";
import type { Member } from "../resources/organization.ts";
import type { HubClient } from "./client.ts";
import { CommandError } from "./errors.ts";

const ORGANIZATIONS = `/apis/${API_VERSION}/namespaces/${NAMESPACE}/organizations`;
const WRITES = "?fieldManager=imagehub-cli";
/** Counters are written to it as well, so that a version is often no longer the newest. */
const MAX_TRIES = 5;

/** @throws CommandError */
export function createOrganization(
  hub: HubClient,
  name: string,
  spec: Organization["spec"],
): Promise<Organization> {
  const body = { apiVersion: API_VERSION, kind: "Organization", metadata: { name }, spec };
  return hub.request("POST", ORGANIZATIONS + WRITES, body);
}

/** @throws CommandError */
export function getOrganization(hub: HubClient, name: string): Promise<Organization> {
  return hub.request("GET", addressOf(name));
}

/** Changes who is in it, by who is in it at that moment. @throws CommandError */
export async function changeMembers(
  hub: HubClient,
  name: string,
  change: (members: readonly Member[]) => Member[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { metadata, spec } = await getOrganization(hub, name);
    const members = change(spec.members ?? []);
    const body = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { members } };
    try {
      await hub.request("PATCH", addressOf(name) + WRITES, body, "application/merge-patch+json");
      return;
    } catch (error) {
      const isRace = error instanceof CommandError && error.status === 409;
      if (!isRace || tries === MAX_TRIES) throw error;
    }
  }
}

function addressOf(name: string): string {
  return `${ORGANIZATIONS}/${encodeURIComponent(name)}`;
}
