// Of keys as they come: an illegal one is the reconciler's to refuse.

/** `org/repo:tag` or `org/repo` → `org` */
export function organizationOfKey(key: string): string {
  return key.split("/", 1)[0] ?? key;
}

/** `org/repo:tag` → `org/repo` */
export function repositoryOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}
