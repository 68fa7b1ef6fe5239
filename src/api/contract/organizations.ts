import { Type, type Static } from "typebox";

/** Of users, organizations and robots. */
export const ACCOUNT_NAME = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

/** Of a parameter in a path. */
export const OrganizationName = Type.String({ pattern: ACCOUNT_NAME });

/** Path of an organization, or of what it has. */
export const OrganizationPath = Type.Object({ organization: OrganizationName });
export type OrganizationPath = Static<typeof OrganizationPath>;

/** As many as an Organization's spec holds. */
export const MAX_MEMBERS = 2000;
