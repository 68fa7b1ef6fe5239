import type { FastifyInstance } from "fastify";
import { callerOf } from "./caller.ts";
import { Me } from "./contract.ts";
import type { ApiContext } from "./context.ts";

/** `GET /api/v1/me`: who the caller is. */
export function registerMe(api: FastifyInstance, { accounts, access }: ApiContext): void {
  const schema = { summary: "Who the caller is", response: { 200: Me } };
  api.get("/api/v1/me", { schema }, async (request): Promise<Me> => {
    const subject = await callerOf(accounts, request);
    return {
      name: subject.kind === "user" ? subject.name : "",
      administrator: subject.kind === "user" && subject.administrator,
      organizations: await access.memberships(subject),
    };
  });
}
