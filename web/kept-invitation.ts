const KEY = "imagehub-invitation";

/** Where a browser keeps nothing for this page, as in some frames, it is kept until the page is loaded again. */
let secretHere: string | undefined;

/** Keeps the secret of an invitation while its reader logs in or registers, in this tab alone. */
export function keepInvitation(secret: string): void {
  secretHere = secret;
  tryStorage((storage) => storage.setItem(KEY, secret));
}

export function keptInvitation(): string | undefined {
  return secretHere ?? tryStorage((storage) => storage.getItem(KEY)) ?? undefined;
}

/** It was used, or is of no use. */
export function forgetInvitation(): void {
  secretHere = undefined;
  tryStorage((storage) => storage.removeItem(KEY));
}

function tryStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(window.sessionStorage);
  } catch {
    return undefined;
  }
}
