import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { formatKubeconfig } from "../auth/kubeconfig.ts";
import { secretOf } from "../auth/credentials.ts";
import type { RobotSubject, UserSubject } from "../auth/subject.ts";
import { loggedInOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { ProblemError } from "./problem.ts";
import { orTooMany } from "./tokens.ts";

/** `GET /api/v1/kubeconfig`: anybody who is logged in. */
export function registerKubeconfig(
  api: FastifyInstance,
  { accounts, personalTokens, kubernetesEndpoint }: ApiContext,
): void {
  const schema = {
    summary: "A kubeconfig for this hub's /apis, with a token of its own",
    produces: ["application/yaml"],
    response: { 200: Type.String({ description: "YAML, for kubectl." }) },
  };
  api.get("/api/v1/kubeconfig", { schema, serializerCompiler: () => String }, async (request, reply) => {
    const subject = await loggedInOf(accounts, request);
    const endpoint = kubernetesEndpoint();
    if (!endpoint) {
      throw new ProblemError(409, "No TLS", {
        detail:
          "Cannot make a kubeconfig: kubectl sends no credentials over plain HTTP; start the hub with --listen-tls, or with an https --public-url",
      });
    }
    const token = await tokenFor(subject, request);
    return reply
      .header("content-type", "application/yaml")
      .header("content-disposition", 'attachment; filename="kubeconfig"')
      .header("cache-control", "no-store")
      .send(formatKubeconfig(endpoint, { user: subject.name, token }));
  });

  /** A robot has the one that it sends. */
  async function tokenFor(subject: UserSubject | RobotSubject, { headers }: FastifyRequest): Promise<string> {
    if (subject.kind === "robot") return secretOf(headers.authorization);
    const { token } = await orTooMany(personalTokens.create(subject.name, wordsFor(subject)));
    return token;
  }
}

/** All that the caller may, and of one that came by a token, no more and no longer than that. */
function wordsFor({ token }: UserSubject) {
  return {
    name: `kubeconfig-${new Date().toISOString().slice(0, 10)}`,
    scopes: token?.scopes ?? (["admin"] as const),
    repositories: token?.repositories ?? [],
    expiresAt: token?.expiresAt,
    ...(token && { parent: token.id }),
  };
}
