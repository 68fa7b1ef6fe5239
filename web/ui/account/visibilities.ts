import type { Visibility } from "../../../src/resources/organization.ts";

/** Who may read, as it is chosen. */
export const VISIBILITIES: readonly Visibility[] = ["public", "private"];
