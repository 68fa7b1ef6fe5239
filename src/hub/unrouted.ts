import type { FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../api/problem.ts";
import { sendStatus } from "../apiserver/status.ts";

/** Errors of requests that no API's route took, in the form of the API that the address is below. */
export function sendUnrouted(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (/^\/apis(?:[/?]|$)/.test(request.url)) sendStatus(error, request, reply);
  else sendProblem(error, request, reply);
}
