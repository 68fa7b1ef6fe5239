import { Agent } from "node:http";
import { parseRepositoryName } from "../../src/oci/reference.ts";
import type { Image } from "../../src/resources/kinds.ts";
import { GROUP, NAMESPACE } from "../../src/resources/metadata.ts";
import { docsOf } from "../scale/resources.ts";
import { DOCUMENTED, repositoryNames, tagName } from "../scale/shape.ts";
import type { Target } from "../targets/target.ts";
import { basic, expectStatus, send, type Answer, type Client } from "./client.ts";

/** Where Images are. */
export const IMAGES = `/apis/${GROUP}/v1/namespaces/${NAMESPACE}/images`;

/** A client of the Kubernetes API, the administrator. */
export function connectToResources(target: Target): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  return { url: target.url, repository: "", authorization: basic(target), agent };
}

/** Names of Images that `DOCUMENTED` has, anywhere. */
export function anyImageName(): string {
  return `${anyOf(REPOSITORIES).replace("/", ".")}.${tagName(Math.floor(Math.random() * DOCUMENTED.tagsEach))}`;
}

/** An Image that was never there, in a repository that is. @param docsLength in characters */
export function newImage(docsLength: number): Pick<Image, "apiVersion" | "kind" | "spec"> & {
  metadata: { name: string };
} {
  const repository = anyOf(REPOSITORIES);
  const tag = `n${crypto.randomUUID().slice(0, 18)}`;
  return {
    apiVersion: `${GROUP}/v1`,
    kind: "Image",
    metadata: { name: `${repository.replace("/", ".")}.${tag}` },
    spec: {
      name: `${repository}:${tag}`,
      detail: { keywords: ["words"], docs: docsOf(repository, docsLength) },
    },
  };
}

/** @throws Error when it is not made */
export async function createImage(client: Client, image: object): Promise<Answer> {
  const body = Buffer.from(JSON.stringify(image));
  const headers = { "content-type": "application/json", "content-length": body.length };
  return expectStatus(await send(client, { method: "POST", path: IMAGES, headers, body: [body] }), 201);
}

const REPOSITORIES = [...repositoryNames(DOCUMENTED)].slice(1).map(parseRepositoryName);

function anyOf<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}
