import type { Role } from "../../resources/organization.ts";

/** A provider of OpenID Connect, as the operator describes it. */
export interface OidcConfig {
  /** Its address, below which `/.well-known/openid-configuration` is. */
  issuer: string;
  clientId: string;
  /** undefined: a public client, with PKCE alone. */
  clientSecret: string | undefined;
  /** What users know it by. */
  name: string;
  scopes: readonly string[];
  /** The claim that a new user's name comes from. */
  nameClaim: string;
  groupsClaim: string;
  groupRoles: readonly GroupRole[];
  /** All must hold, or nobody logs in. */
  required: readonly RequiredClaim[];
  /** Whether who has no account gets one. */
  registration: "open" | "closed";
}

/** What members of a group are in an organization. */
export interface GroupRole {
  group: string;
  organization: string;
  role: Role;
}

/** A claim that has this value, or is a list that holds it. */
export interface RequiredClaim {
  claim: string;
  value: string;
}
