import type { FastifyInstance } from "fastify";
import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Content } from "../content/content.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parseManifestReference, parseRepositoryName, type RepositoryName } from "../oci/reference.ts";
import { callerOf } from "./caller.ts";
import type { Readme } from "./contract.ts";
import { notFound, ProblemError } from "./problem.ts";

/** @returns undefined when the image has no README */
export type ReadmeReader = (repository: RepositoryName, digest: Digest) => Promise<string | undefined>;

interface ImagesContext {
  accounts: Accounts;
  access: Access;
  content: Content;
  readReadme: ReadmeReader;
}

/** `GET /api/v1/images/{org/repo}/-/{reference}/readme`: whoever may pull the image. */
export function registerImages(
  api: FastifyInstance,
  { accounts, access, content, readReadme }: ImagesContext,
): void {
  // A repository's name has slashes, so it is found in the rest of the path.
  api.get<{ Params: { "*": string } }>("/api/v1/images/*", async (request): Promise<Readme> => {
    const { repository, reference } = parsePath(request.params["*"]);
    const { actions } = await access.actions(await callerOf(accounts, request), repository);
    const image = actions.has("pull") ? await content.manifests.find(repository, reference) : undefined;
    if (!image) throw notFound(`image ${request.params["*"].replace("/readme", "")}`);
    const docs = await readReadme(repository, image.digest);
    if (docs === undefined) throw notFound("a README in this image");
    return { docs };
  });
}

function parsePath(path: string) {
  const match = /^(.+)\/-\/([^/]+)\/readme$/.exec(path);
  if (!match) throw notFound(`/api/v1/images/${path}`);
  const [, name = "", reference = ""] = match;
  try {
    return { repository: parseRepositoryName(name), reference: parseManifestReference(reference) };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new ProblemError(400, "Bad request", { detail: error.message, cause: error });
  }
}
