/**
 * A text without what looks like a secret of the hub's: people paste a token where a name belongs. Tokens of the hub
 * have a prefix (`ihp_…`), signed ones are JSON in base64.
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRET, "[hidden]");
}

const SECRET = /\bih[a-z]_[A-Za-z0-9_-]{8,}|\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}/g;
