/** Two made the same organization at once, and the other was first. */
export class OrganizationTakenError extends Error {
  constructor(organization: string) {
    super(`Cannot create organization ${JSON.stringify(organization)}: it was just created by somebody else`);
    this.name = "OrganizationTakenError";
  }
}
