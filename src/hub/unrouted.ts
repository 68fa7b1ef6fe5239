import type { FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../api/problem.ts";
import { sendStatus } from "../apiserver/status.ts";

/** Whether an address is of the Kubernetes API, whose core group is listed, and lies, where the JSON API is. */
export function isOfKubernetes(url: string): boolean {
  return BELOW_KUBERNETES.test(url) || LIST_OF_CORE.test(url);
}

const BELOW_KUBERNETES = /^\/(?:apis|api\/v1\/(?:namespaces|secrets|events))(?:[/?]|$)/;
const LIST_OF_CORE = /^\/api(?:\/v1)?\/?(?:\?|$)/;

/** Errors of requests that no API's route took, in the form of the API that the address is below. */
export function sendUnrouted(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (isOfKubernetes(request.url)) sendStatus(error, request, reply);
  else sendProblem(error, request, reply);
}
