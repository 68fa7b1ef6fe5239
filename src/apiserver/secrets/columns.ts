import type { ReleaseSecret } from "../../releases/secret.ts";
import { humanDuration } from "../human-duration.ts";
import { column, type Column } from "../table-column.ts";

/** As `kubectl get secrets` prints Secrets of Kubernetes. */
export const SECRET_COLUMNS: Column[] = [
  column("Name", ({ metadata }: ReleaseSecret) => metadata.name, { format: "name" }),
  column("Type", ({ type }: ReleaseSecret) => type),
  column("Data", ({ data = {} }: ReleaseSecret) => String(Object.keys(data).length)),
  column("Age", ({ metadata: { creationTimestamp = "" } }: ReleaseSecret, now) =>
    humanDuration(now - Date.parse(creationTimestamp)),
  ),
];
