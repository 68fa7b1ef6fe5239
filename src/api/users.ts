import type { FastifyInstance } from "fastify";
import { InvalidAccountError } from "../auth/errors.ts";
import { callerOf } from "./caller.ts";
import { NewUser, RegisteredUser } from "./contract.ts";
import { ProblemError } from "./problem.ts";
import type { ApiContext } from "./context.ts";

/** `POST /api/v1/users`: anybody where registration is open, else administrators. */
export function registerUsers(api: FastifyInstance, { accounts, info }: ApiContext): void {
  const schema = { summary: "Register", body: NewUser, response: { 201: RegisteredUser } };
  api.post<{ Body: NewUser }>("/api/v1/users", { schema }, async (request, reply) => {
    const subject = await callerOf(accounts, request);
    const isAdministrator = subject.kind === "user" && subject.administrator;
    if (info.registration === "closed" && !isAdministrator) {
      throw new ProblemError(403, "Registration is closed", {
        detail: "Cannot register: ask an administrator of this hub for an account",
      });
    }
    try {
      await accounts.register(request.body);
    } catch (error) {
      if (!(error instanceof InvalidAccountError)) throw error;
      throw new ProblemError(422, "Not acceptable", {
        detail: error.message,
        field: error.field,
        cause: error,
      });
    }
    return reply.status(201).send({ name: request.body.name });
  });
}
