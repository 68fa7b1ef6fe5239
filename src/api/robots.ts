import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { robotLogin, type RobotRecord } from "../auth/robot-rows.ts";
import type { ApiContext } from "./context.ts";
import { OrganizationPath } from "./contract/organizations.ts";
import { ChangedRobot, NewRobot, Robot, RobotList, RobotPath, RobotShownOnce } from "./contract/robots.ts";
import { ownerOf } from "./owner.ts";
import { notFound, ProblemError } from "./problem.ts";
import { parseExpiry, showTime } from "./times.ts";
import { orTooMany } from "./tokens.ts";

const ROBOTS = "/api/v1/organizations/:organization/robots";
const USE_ROBOTS = "use robots";

/** `/api/v1/organizations/{organization}/robots`: owners of the organization, and administrators. */
export function registerRobots(api: FastifyInstance, context: ApiContext): void {
  const { robots } = context;

  api.get<{ Params: OrganizationPath }>(
    ROBOTS,
    {
      schema: { summary: "An organization's robots", params: OrganizationPath, response: { 200: RobotList } },
    },
    async (request): Promise<RobotList> => {
      await ownerOf(context, request, USE_ROBOTS);
      const { organization } = request.params;
      return { items: (await robots.list(organization)).map((robot) => showRobot(organization, robot)) };
    },
  );

  const newSchema = {
    summary: "Make a robot; its token is shown now, and never again",
    params: OrganizationPath,
    body: NewRobot,
    response: { 201: RobotShownOnce },
  };
  api.post<{ Params: OrganizationPath; Body: NewRobot }>(
    ROBOTS,
    { schema: newSchema },
    async (request, reply) => {
      const { name: createdBy } = await ownerOf(context, request, USE_ROBOTS);
      const { organization } = request.params;
      const { name, scopes, expiresAt } = request.body;
      const repositories = repositoriesOf(organization, request.body.repositories);
      const words = { name, createdBy, scopes, repositories, expiresAt: parseExpiry(expiresAt) };
      const made = await orTooMany(robots.create(organization, words));
      if (!made) throw notMade(organization, name);
      const { token, ...robot } = made;
      return reply
        .status(201)
        .header("cache-control", "no-store")
        .send({ ...showRobot(organization, robot), token });
    },
  );

  const changeSchema = {
    summary: "Change a robot, at once wherever it is used",
    params: RobotPath,
    body: ChangedRobot,
    response: { 200: Robot },
  };
  api.patch<{ Params: RobotPath; Body: ChangedRobot }>(
    `${ROBOTS}/:name`,
    { schema: changeSchema },
    async (request): Promise<Robot> => {
      await ownerOf(context, request, USE_ROBOTS);
      const { organization, name } = request.params;
      const { scopes, repositories, expiresAt } = request.body;
      const changed = await robots.change(organization, name, {
        ...(scopes && { scopes }),
        ...(repositories && { repositories: repositoriesOf(organization, repositories) }),
        ...(expiresAt !== undefined && { expiresAt: parseExpiry(expiresAt) }),
      });
      if (!changed) throw notFound(`robot ${robotLogin(organization, name)}`);
      return showRobot(organization, changed);
    },
  );

  api.delete<{ Params: RobotPath }>(
    `${ROBOTS}/:name`,
    { schema: { summary: "Revoke a robot", params: RobotPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await ownerOf(context, request, USE_ROBOTS);
      const { organization, name } = request.params;
      if (!(await robots.delete(organization, name)))
        throw notFound(`robot ${robotLogin(organization, name)}`);
      return reply.status(204).send();
    },
  );
}

/** All of the organization's, when none is named; never another's. @throws ProblemError 422 */
function repositoriesOf(organization: string, patterns: readonly string[] = []): string[] {
  const foreign = patterns.find((pattern) => !pattern.startsWith(`${organization}/`));
  if (foreign !== undefined) {
    throw new ProblemError(422, "Not acceptable", {
      detail: `Cannot take pattern ${JSON.stringify(foreign)}: expected one within the organization, ${organization}/…`,
      field: "repositories",
    });
  }
  return patterns.length === 0 ? [`${organization}/*`] : [...patterns];
}

function notMade(organization: string, name: string): ProblemError {
  const login = robotLogin(organization, name);
  return new ProblemError(409, "Conflict", {
    detail: `Cannot make robot ${login}: there is one of this name, or no such organization`,
    field: "name",
  });
}

function showRobot(
  organization: string,
  { name, createdAt, expiresAt, lastUsedAt, ...robot }: RobotRecord,
): Robot {
  return {
    name,
    login: robotLogin(organization, name),
    ...robot,
    scopes: [...robot.scopes],
    repositories: [...robot.repositories],
    createdAt: showTime(createdAt),
    ...(expiresAt !== undefined && { expiresAt: showTime(expiresAt) }),
    ...(lastUsedAt !== undefined && { lastUsedAt: showTime(lastUsedAt) }),
  };
}
