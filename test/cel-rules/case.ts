import { imageResourceName, repositoryResourceName } from "../../src/resources/names.ts";
import { newResource, type Kind, type Resource, type Spec } from "../../src/resources/kinds.ts";
import { parseImageName, parseRepositoryName } from "../../src/oci/reference.ts";

/** A resource that is made, or put in the place of another: admission and CEL say the same of it. */
export interface Case {
  /** No two are the same. */
  title: string;
  resource: Resource<Kind>;
  /** As it was made; without it, `resource` is. */
  old?: Resource<Kind>;
  /** Why CEL takes what admission refuses. */
  celCannot?: string;
  /** CEL tells the grammar, where admission tells what is wrong with this name. */
  saysGrammar?: true;
}

export function organization(name: string, spec: Spec<"Organization"> = {}): Resource<"Organization"> {
  return newResource("Organization", name, { spec });
}

/** @param name default the right one */
export function repository(spec: Spec<"Repository">, name?: string): Resource<"Repository"> {
  const right = name ?? repositoryResourceName(parseRepositoryName(spec.name));
  return newResource("Repository", right, { spec });
}

/** @param name default the right one */
export function image(spec: Spec<"Image">, name?: string): Resource<"Image"> {
  const right = name ?? imageResourceName(parseImageName(spec.name));
  return newResource("Image", right, { spec });
}

export function dataPack(spec: Partial<Spec<"DataPack">> = {}, name = "sample"): Resource<"DataPack"> {
  return newResource("DataPack", name, { spec: { type: "base", names: ["acme/app:v1"], ...spec } });
}

export function user(name: string, spec: Spec<"User"> = {}): Resource<"User"> {
  return newResource("User", name, { spec });
}
