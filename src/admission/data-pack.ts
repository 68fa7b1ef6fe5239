import { isDeepStrictEqual } from "node:util";
import { subjectName } from "../auth/subject.ts";
import { dataPackName, isDerivedDataPackName } from "../resources/data-pack-name.ts";
import { DATA_PACK_STAYS } from "../resources/data-pack.ts";
import { DEFAULT_EXPIRE_TIME, EXPIRE_TIME_EXPECTED, parseExpireTime } from "../resources/expire-time.ts";
import type { DataPack } from "../resources/kinds.ts";
import { CREATED_BY_LABEL } from "../resources/labels.ts";
import { whyNoSpecName } from "../resources/names.ts";
import type { FieldCause } from "./errors.ts";
import type { KindRules } from "./request.ts";

/** DataPacks of one caller: an app store has one a page. */
export const MAX_DATA_PACKS_A_CALLER = 1000;

export const dataPackRules: KindRules<"DataPack"> = {
  setDefaults(pack, { old, caller }) {
    const spec = { ...pack.spec, expireTime: pack.spec.expireTime ?? DEFAULT_EXPIRE_TIME };
    const name = pack.metadata.name || dataPackName(spec);
    const maker = old ? makerOf(old) : subjectName(caller);
    const labels = { ...pack.metadata.labels, ...(maker !== undefined && { [CREATED_BY_LABEL]: maker }) };
    return { ...pack, metadata: { ...pack.metadata, name, labels }, spec };
  },

  whyForbidden({ operation, old, caller, facts }) {
    if (operation === "create") {
      // Who asks for what somebody has asked for goes on with that one, and needs no room.
      if (facts.isThere) return undefined;
      const isFull = (facts.dataPacks ?? 0) >= MAX_DATA_PACKS_A_CALLER;
      return isFull
        ? `you have ${MAX_DATA_PACKS_A_CALLER} DataPacks; ask for several images in one, or wait until some expire`
        : undefined;
    }
    const isMaker = old !== undefined && makerOf(old) === subjectName(caller);
    return isMaker ? undefined : "it is somebody else's; it expires by itself";
  },

  validate(pack, { old }) {
    return [...specCauses(pack, old), ...hashCauses(pack)];
  },

  warnings({ metadata, spec }) {
    if (isDerivedDataPackName(metadata.name)) return [];
    return [
      `metadata.name ${metadata.name} is not shared as a cache: ${dataPackName(spec)} is, which follows from spec`,
    ];
  },
};

function makerOf({ metadata }: DataPack): string | undefined {
  return metadata.labels?.[CREATED_BY_LABEL];
}

function specCauses({ spec }: DataPack, old: DataPack | undefined): FieldCause[] {
  if (old && !isDeepStrictEqual(old.spec, spec)) {
    return [{ field: "spec", reason: "FieldValueInvalid", value: spec, why: DATA_PACK_STAYS }];
  }
  const names = spec.names.flatMap((name, index) => {
    const why = whyNoSpecName("Image", name.includes(":") ? name : `${name}:latest`);
    return why === undefined
      ? []
      : [{ field: `spec.names[${index}]`, reason: "FieldValueInvalid" as const, value: name, why }];
  });
  if (parseExpireTime(spec.expireTime ?? DEFAULT_EXPIRE_TIME) !== undefined) return names;
  const field = "spec.expireTime";
  return [
    ...names,
    { field, reason: "FieldValueInvalid", value: spec.expireTime, why: EXPIRE_TIME_EXPECTED },
  ];
}

/** What looks like the name of some spec is the name of this one, so that nobody plants data under another's. */
function hashCauses({ metadata, spec }: DataPack): FieldCause[] {
  const derived = dataPackName(spec);
  if (!isDerivedDataPackName(metadata.name) || metadata.name === derived) return [];
  const why = `16 hex digits are the hash of spec, which is ${derived}; leave the name out, or choose another`;
  return [{ field: "metadata.name", reason: "FieldValueInvalid", value: metadata.name, why }];
}
