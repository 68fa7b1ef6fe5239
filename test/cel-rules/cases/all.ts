import type { Case } from "../case.ts";
import { DATA_PACKS } from "./data-packs.ts";
import { NAMES } from "./names.ts";
import { ORGANIZATIONS } from "./organizations.ts";
import { WORDS } from "./words.ts";

/** Every case; what Kubernetes says of it is in `answers.json`, under its title. */
export const CASES: Case[] = [...ORGANIZATIONS, ...NAMES, ...WORDS, ...DATA_PACKS];
