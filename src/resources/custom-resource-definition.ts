import { validatedBy } from "./cel.ts";
import { CATEGORY, KINDS, type Kind } from "./kinds.ts";
import { GROUP, VERSION } from "./metadata.ts";
import { toStructuralSchema, withoutRules, type StructuralSchema } from "./structural-schema.ts";

/** `apiextensions.k8s.io/v1`, as far as the hub's kinds need it. */
export interface CustomResourceDefinition {
  apiVersion: "apiextensions.k8s.io/v1";
  kind: "CustomResourceDefinition";
  metadata: { name: string };
  spec: {
    group: string;
    scope: "Namespaced";
    names: {
      kind: string;
      listKind: string;
      plural: string;
      singular: string;
      shortNames?: string[];
      categories: string[];
    };
    versions: [Record<string, unknown>];
  };
}

/** What a cluster needs to know of a kind when its resources live there. */
export function customResourceDefinition(kind: Kind): CustomResourceDefinition {
  const { plural, singular, shortNames, printerColumns, selectableFields } = KINDS[kind];
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
        categories: [CATEGORY],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: resourceSchema(kind) },
          subresources: { status: {} },
          additionalPrinterColumns: printerColumns.map((column) => ({ ...column })),
          ...(selectableFields.length > 0 && {
            selectableFields: selectableFields.map((jsonPath) => ({ jsonPath })),
          }),
        },
      ],
    },
  };
}

/** The structural schema of whole resources of a kind. */
export function resourceSchema(kind: Kind): StructuralSchema {
  const { description, spec, status, rules } = KINDS[kind];
  return {
    type: "object",
    description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string", description: "Version of the schema that this object follows." },
      kind: { type: "string", description: "What this object is." },
      metadata: METADATA,
      spec: { ...toStructuralSchema(spec), description: "What its users say." },
      status: {
        ...withoutRules(toStructuralSchema(status)),
        description: "What the hub has found out; written by it alone.",
      },
    },
    ...(rules.length > 0 && validatedBy(...rules)),
  };
}

/** All that a definition may say of metadata, so that rules can name it as what is wrong. */
const METADATA: StructuralSchema = {
  type: "object",
  properties: {
    name: { type: "string", description: "Name of the resource." },
  },
};
