import { NAMESPACE } from "../../src/resources/metadata.ts";
import type { Caller, Row } from "./row.ts";

const ROUTE = "/api/v1/namespaces/:name";
const PATH = ROUTE.replace(":name", NAMESPACE);
const OURS = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
const LABELLED = { metadata: { name: NAMESPACE, labels: { a: "b" } } };
const MERGE = "application/merge-patch+json";
const APPLY = "application/apply-patch+yaml";

/** Who writes something finds the namespace made; nobody changes it, and nobody deletes it. */
export function namespaceRows(): Row[] {
  return [
    row("PUT", { may: mayWrite, body: OURS, type: "application/json" }),
    row("PUT", { may: nobody, body: { ...OURS, ...LABELLED }, type: "application/json" }),
    row("PATCH", { may: mayWrite, body: OURS, type: MERGE }),
    row("PATCH", { may: nobody, body: LABELLED, type: MERGE }),
    row("PATCH", { may: mayWrite, body: { ...OURS, ...LABELLED }, type: APPLY, query: "?fieldManager=x" }),
    row("DELETE", { may: nobody, body: {}, type: "application/json" }),
  ];
}

function row(
  method: string,
  { may, body, type, query = "" }: { may: Row["may"]; body: object; type: string; query?: string },
): Row {
  const ask = () => ({
    path: PATH + query,
    headers: { "content-type": type },
    body: JSON.stringify(body),
  });
  return { route: `${method} ${ROUTE}`, may, done: 200, refused: [403], about: "hub", ask };
}

function nobody(): boolean {
  return false;
}

/** Users and robots, as far as their tokens let them write. */
function mayWrite({ subject }: Caller): boolean {
  if (!subject || subject.kind === "anonymous") return false;
  return !subject.token || subject.token.scopes.some((scope) => scope === "write" || scope === "admin");
}
