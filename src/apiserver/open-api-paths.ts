import { PATCH_TYPES } from "./body.ts";
import { groupPath, groupVersion, type ApiGroup, type ApiResource } from "./api-groups.ts";

/** One thing that can be asked, whatever the version of OpenAPI. */
export interface Operation extends Asked {
  id: string;
  /** The kind that it answers with. */
  answers: string;
}

interface Asked {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Kubernetes' `x-kubernetes-action`. */
  action: "get" | "list" | "post" | "put" | "patch" | "delete" | "deletecollection";
  description: string;
  /** In the query. */
  parameters: string[];
  /** Content types of its body; undefined for none. */
  consumes?: string[];
}

export interface Path {
  url: string;
  resource: ApiResource;
  /** In the path. */
  parameters: string[];
  operations: Operation[];
}

/** Parameters of a query → what they are for. */
export const PARAMETERS: Record<string, string> = {
  allowWatchBookmarks: "Whether the watch may say from time to time how far it is.",
  continue: "Where an earlier page ended.",
  dryRun: "All: says what would be, and changes nothing.",
  fieldManager: "Who sets the fields.",
  fieldSelector: "Fields that resources must have, as path=value.",
  fieldValidation: "What to do about unknown fields: Strict, Warn or Ignore.",
  force: "Takes over fields that others set.",
  labelSelector: "Labels that resources must have.",
  limit: "Resources a page.",
  propagationPolicy: "What becomes of what it owns: Background, Foreground or Orphan.",
  resourceVersion: "The version to read, or to watch from.",
  resourceVersionMatch: "How resourceVersion is meant: Exact or NotOlderThan.",
  sendInitialEvents: "Whether a watch begins with what is there.",
  timeoutSeconds: "How long a watch goes on.",
  watch: "Answers with changes, as they come.",
};

const BODIES = ["application/json", "application/yaml"];
const LIST_PARAMETERS = [
  "continue",
  "fieldSelector",
  "labelSelector",
  "limit",
  "resourceVersion",
  "resourceVersionMatch",
];
/** Beside them, of what is watched. */
const WATCH_PARAMETERS = ["allowWatchBookmarks", "sendInitialEvents", "timeoutSeconds", "watch"];
const WRITE_PARAMETERS = ["dryRun", "fieldManager", "fieldValidation"];
const DELETE_PARAMETERS = ["dryRun", "propagationPolicy"];

/** A verb of discovery → what is asked, and of how many. */
const VERBS: Record<string, Asked & { isOfAll: boolean }> = {
  list: {
    method: "get",
    action: "list",
    description: "lists",
    parameters: LIST_PARAMETERS,
    isOfAll: true,
  },
  create: {
    method: "post",
    action: "post",
    description: "makes",
    parameters: WRITE_PARAMETERS,
    consumes: BODIES,
    isOfAll: true,
  },
  deletecollection: {
    method: "delete",
    action: "deletecollection",
    description: "deletes all that are selected of",
    parameters: [...DELETE_PARAMETERS, "fieldSelector", "labelSelector"],
    consumes: BODIES,
    isOfAll: true,
  },
  get: {
    method: "get",
    action: "get",
    description: "reads one of",
    parameters: ["resourceVersion"],
    isOfAll: false,
  },
  update: {
    method: "put",
    action: "put",
    description: "replaces one of",
    parameters: WRITE_PARAMETERS,
    consumes: BODIES,
    isOfAll: false,
  },
  patch: {
    method: "patch",
    action: "patch",
    description: "changes parts of one of",
    parameters: [...WRITE_PARAMETERS, "force"],
    consumes: Object.keys(PATCH_TYPES),
    isOfAll: false,
  },
  delete: {
    method: "delete",
    action: "delete",
    description: "deletes one of",
    parameters: DELETE_PARAMETERS,
    consumes: BODIES,
    isOfAll: false,
  },
};

/** Every address of a group, with what can be asked there. */
export function pathsOf(group: ApiGroup): Path[] {
  return group.resources.flatMap((resource) => pathsOfResource(group, resource));
}

function pathsOfResource(group: ApiGroup, resource: ApiResource): Path[] {
  const { plural, isNamespaced, hasStatus, verbs } = resource;
  const root = `/${groupPath(group)}`;
  const all = `${root}/${isNamespaced ? "namespaces/{namespace}/" : ""}${plural}`;
  const one = `${all}/{name}`;
  const inPath = isNamespaced ? ["namespace"] : [];
  const known = verbs.filter((verb) => verb in VERBS);
  const operations = (of: string[], suffix = ""): Operation[] =>
    of.map((verb) => operationOf(group, { resource, verb, suffix }));
  const ofAll = known.filter((verb) => VERBS[verb]?.isOfAll);
  const ofOne = known.filter((verb) => !VERBS[verb]?.isOfAll);
  const ofStatus = hasStatus ? ofOne.filter((verb) => verb !== "delete") : [];
  const everywhere = isNamespaced ? ofAll.filter((verb) => verb === "list") : [];
  const paths: Path[] = [
    { url: all, resource, parameters: inPath, operations: operations(ofAll) },
    { url: one, resource, parameters: [...inPath, "name"], operations: operations(ofOne) },
    {
      url: `${one}/status`,
      resource,
      parameters: [...inPath, "name"],
      operations: operations(ofStatus, "Status"),
    },
    {
      url: `${root}/${plural}`,
      resource,
      parameters: [],
      operations: operations(everywhere, "ForAllNamespaces"),
    },
  ];
  return paths.filter((path) => path.operations.length > 0);
}

function operationOf(
  group: ApiGroup,
  { resource, verb, suffix }: { resource: ApiResource; verb: string; suffix: string },
): Operation {
  const { kind, verbs, patchTypes } = resource;
  const asked = VERBS[verb];
  if (!asked) throw new Error(`Cannot describe verb ${verb}`);
  const { isOfAll: _, ...operation } = asked;
  const words = [verb, ...groupVersion(group).split(/[./]/), kind];
  const [first = "", ...rest] = words;
  const id = first + rest.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("") + suffix;
  const answers = verb === "list" ? `${kind}List` : operation.method === "delete" ? "Status" : kind;
  const consumes = operation.method === "patch" ? (patchTypes ?? operation.consumes) : operation.consumes;
  const ofWatch = verb === "list" && verbs.includes("watch") ? WATCH_PARAMETERS : [];
  const parameters = [...operation.parameters, ...ofWatch];
  return {
    ...operation,
    parameters,
    ...(consumes && { consumes }),
    id,
    description: `${operation.description} kind ${kind}`,
    answers,
  };
}
