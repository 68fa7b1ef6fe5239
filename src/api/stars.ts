import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { findResource } from "../resource-store/find-resource.ts";
import { nameOfSpecName } from "../resources/names.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { Stars } from "./contract/stars.ts";
import { changeOwnUser } from "./own-user.ts";
import { notFound } from "./problem.ts";

/** A repository's name has slashes, so it is the rest of the path. */
interface StarPath {
  Params: { "*": string };
}

/** `/api/v1/stars`: each user's own, kept in its User resource. */
export function registerStars(api: FastifyInstance, context: ApiContext): void {
  const { accounts, access, store } = context;
  api.get(
    "/api/v1/stars",
    { schema: { summary: "Repositories that you starred", response: { 200: Stars } } },
    async (request): Promise<Stars> => {
      const subject = await userOf(accounts, request);
      const starred = (await findResource(store, "User", subject.name))?.spec.starred ?? [];
      const mayRead = await Promise.all(starred.map((repository) => access.canRead(subject, repository)));
      return { items: starred.filter((_, index) => mayRead[index]) };
    },
  );

  api.put<StarPath>(
    "/api/v1/stars/*",
    { schema: { summary: "Star a repository that you may read", response: { 204: Type.Null() } } },
    async (request, reply) => {
      const subject = await userOf(accounts, request);
      const repository = request.params["*"];
      const name = nameOfSpecName("Repository", repository);
      const isThere = name !== undefined && (await findResource(store, "Repository", name)) !== undefined;
      const mayRead = await access.canRead(subject, repository);
      if (!isThere || !mayRead) throw notFound(`repository ${repository}`);
      await changeOwnUser(context, subject, (spec) => {
        const { starred = [] } = spec;
        return starred.includes(repository) ? spec : { ...spec, starred: [...starred, repository] };
      });
      return reply.status(204).send();
    },
  );

  api.delete<StarPath>(
    "/api/v1/stars/*",
    { schema: { summary: "Take a star back", response: { 204: Type.Null() } } },
    async (request, reply) => {
      const repository = request.params["*"];
      await changeOwnUser(context, await userOf(accounts, request), (spec) => {
        const { starred = [] } = spec;
        if (!starred.includes(repository)) return spec;
        return { ...spec, starred: starred.filter((each) => each !== repository) };
      });
      return reply.status(204).send();
    },
  );
}
