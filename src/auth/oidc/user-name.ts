import { checkName } from "../account-rules.ts";
import { InvalidAccountError } from "../errors.ts";
import { OidcError } from "./errors.ts";

/**
 * The name of a new user, out of what the provider calls it: of an e-mail address what is before the @, in lower case,
 * with - for what separates words. Letters beyond ASCII are refused, not left out: of two names that look alike neither
 * becomes the other.
 * @throws OidcError name-unusable
 */
export function deriveUserName(claimed: unknown): string {
  if (typeof claimed !== "string" || claimed === "") throw unusable("the provider tells none");
  // Before the case is changed: the lower case of some letters beyond ASCII is in it.
  if (/[^ -~]/.test(claimed)) throw unusable(`of ${JSON.stringify(claimed.slice(0, 100))}: expected ASCII`);
  const [local = ""] = claimed.split("@", 1);
  const name = local
    .toLowerCase()
    .replaceAll(/[-._+ ]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  try {
    checkName(name);
  } catch (error) {
    if (!(error instanceof InvalidAccountError)) throw error;
    throw unusable(`of ${JSON.stringify(claimed.slice(0, 100))}: ${error.message}`);
  }
  return name;
}

function unusable(why: string): OidcError {
  return new OidcError("name-unusable", `there is no user's name: ${why}`);
}
