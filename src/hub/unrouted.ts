import type { FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../api/problem.ts";
import { sendStatus } from "../apiserver/status.ts";

/** Whether an address is of the Kubernetes API: its core group is below the same as the JSON API. */
export function isOfKubernetes(url: string): boolean {
  return /^\/(?:apis|api\/v1\/(?:namespaces|secrets|events))(?:[/?]|$)/.test(url);
}

/** Errors of requests that no API's route took, in the form of the API that the address is below. */
export function sendUnrouted(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (isOfKubernetes(request.url)) sendStatus(error, request, reply);
  else sendProblem(error, request, reply);
}
