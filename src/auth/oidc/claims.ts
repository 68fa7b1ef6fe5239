import type { OidcConfig, RequiredClaim } from "./config.ts";
import { OidcError } from "./errors.ts";

/** What a provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

/** More groups than this are not looked at: nobody maps so many. */
const MAX_GROUPS = 10_000;
/** Of names, as the hub keeps and shows them. */
const MAX_SHOWN_LENGTH = 255;

/** Somebody at a provider, as far as the hub is concerned. */
export interface Identity {
  issuer: string;
  subject: string;
  /** What the provider's name claim says; undefined when it says nothing. */
  claimedName: string | undefined;
  displayName: string | undefined;
  groups: ReadonlySet<string>;
}

type Described = Pick<OidcConfig, "nameClaim" | "groupsClaim" | "required">;

/** A claim of this name, or of this path of names with dots between (`realm_access.roles`). */
export function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Claims)[part];
  }
  return value;
}

/** Whether the provider must be asked for more, by its userinfo endpoint. */
export function isIncomplete(claims: Claims, config: Described): boolean {
  return claimsOf(config).some((claim) => readClaim(claims, claim) === undefined);
}

/** @throws OidcError not-allowed, for who has not what the operator asks for; name-unusable */
export function toIdentity(claims: Claims & { iss: string; sub: string }, config: Described): Identity {
  for (const required of config.required) checkRequired(claims, required);
  return {
    // As the configuration has it: an issuer without a path is written with a slash and without.
    issuer: URL.parse(claims.iss)?.href ?? claims.iss,
    subject: claims.sub,
    claimedName: claimedNameOf(claims, config.nameClaim),
    displayName: shownText(claims["name"]),
    groups: new Set(listOf(readClaim(claims, config.groupsClaim)).slice(0, MAX_GROUPS)),
  };
}

function claimsOf({ nameClaim, groupsClaim, required }: Described): string[] {
  return [nameClaim, groupsClaim, ...required.map(({ claim }) => claim)];
}

function checkRequired(claims: Claims, { claim, value }: RequiredClaim): void {
  if (listOf(readClaim(claims, claim)).includes(value)) return;
  throw new OidcError(
    "not-allowed",
    `expected ${claim} ${JSON.stringify(value)}, which the provider does not say`,
  );
}

/** Anybody may write any address into a profile; only one that was verified is a name. */
function claimedNameOf(claims: Claims, nameClaim: string): string | undefined {
  if (nameClaim === "email" && claims["email_verified"] === false) {
    throw new OidcError(
      "name-unusable",
      "the e-mail address, which names come from, is not verified at the provider",
    );
  }
  return shownText(readClaim(claims, nameClaim));
}

function shownText(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "" || /\p{Cc}/u.test(value)) return undefined;
  return value.slice(0, MAX_SHOWN_LENGTH);
}

/** A claim of one value, or of several; numbers and booleans as they are written. */
function listOf(value: unknown): string[] {
  return [value]
    .flat()
    .filter((entry) => ["string", "number", "boolean"].includes(typeof entry))
    .map(String);
}
