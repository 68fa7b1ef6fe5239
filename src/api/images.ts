import type { FastifyInstance } from "fastify";
import { OciError } from "../oci/errors.ts";
import { parseManifestReference, parseRepositoryName } from "../oci/reference.ts";
import { callerOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { Readme } from "./contract/images.ts";
import { notFound, ProblemError } from "./problem.ts";

/** `GET /api/v1/images/{org/repo}/-/{reference}/readme`: whoever may pull the image. */
export function registerImages(
  api: FastifyInstance,
  { accounts, access, content, readReadme }: ApiContext,
): void {
  // A repository's name has slashes, so it is found in the rest of the path.
  const schema = { summary: "The whole README of an image", response: { 200: Readme } };
  api.get<{ Params: { "*": string } }>("/api/v1/images/*", { schema }, async (request): Promise<Readme> => {
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
