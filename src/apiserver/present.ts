import type { Form } from "./form.ts";
import { partialMetadata, type AnyObject } from "./partial-metadata.ts";
import { tableOf } from "./table.ts";

/** A page of objects. */
export interface ListObject extends AnyObject {
  items: AnyObject[];
}

/** An object, or a list of them, in the form that the client asked for. A Status stays as it is. */
export function present(form: Form, answer: object): object {
  if (form.as === "Object" || !isAnyObject(answer) || answer.kind === "Status") return answer;
  const apiVersion = `meta.k8s.io/${form.version}`;
  if (form.as === "Table") {
    const { includeObject } = form;
    const options = { apiVersion, includeObject, metadata: tableMetadata(answer), now: Date.now() };
    return isList(answer)
      ? tableOf(answer.kind.replace(/List$/, ""), answer.items, options)
      : tableOf(answer.kind, [answer], options);
  }
  if (!isList(answer)) return partialMetadata(answer, apiVersion);
  return {
    kind: "PartialObjectMetadataList",
    apiVersion,
    metadata: answer.metadata,
    items: answer.items.map((item) => partialMetadata(item, apiVersion)),
  };
}

/** The object of one event of a watch; the columns of a table are told once, with the first. */
export function presentEvent(form: Form, object: AnyObject, isFirst: boolean): object {
  if (form.as !== "Table") return present(form, object);
  const { includeObject, version } = form;
  return tableOf(object.kind, [object], {
    apiVersion: `meta.k8s.io/${version}`,
    includeObject,
    metadata: tableMetadata(object),
    now: Date.now(),
    withDefinitions: isFirst,
  });
}

function isAnyObject(answer: object): answer is AnyObject {
  return "kind" in answer && typeof answer.kind === "string" && "metadata" in answer;
}

function isList(answer: AnyObject): answer is ListObject {
  return "items" in answer && Array.isArray(answer.items);
}

/** Of a single object, its version alone. */
function tableMetadata(answer: AnyObject): object {
  if (isList(answer)) return answer.metadata;
  const { resourceVersion } = answer.metadata as { resourceVersion?: string };
  return { ...(resourceVersion !== undefined && { resourceVersion }) };
}
