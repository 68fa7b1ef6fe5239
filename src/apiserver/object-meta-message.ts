import type { Message } from "./protobuf.ts";

const OWNER_REFERENCE: Message = {
  1: ["kind", "text"],
  3: ["name", "text"],
  4: ["uid", "text"],
  5: ["apiVersion", "text"],
  6: ["controller", "boolean"],
  7: ["blockOwnerDeletion", "boolean"],
};

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/generated.proto, what is read of it. */
export const OBJECT_META: Message = {
  1: ["name", "text"],
  2: ["generateName", "text"],
  3: ["namespace", "text"],
  5: ["uid", "text"],
  6: ["resourceVersion", "text"],
  11: ["labels", "text", "map"],
  12: ["annotations", "text", "map"],
  13: ["ownerReferences", OWNER_REFERENCE, "list"],
  14: ["finalizers", "text", "list"],
};
