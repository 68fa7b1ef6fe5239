import type { WriteTransaction } from "../database/database.ts";

/** Takes away what clients of a user, or of a robot by its login, keep in the place of a password. */
export async function deleteRefreshTokens(transaction: WriteTransaction, name: string): Promise<void> {
  await transaction.deleteFrom("refresh_tokens").where("name", "=", name).execute();
}

/** The same of all robots of an organization, whose logins are `organization+name`. */
export async function deleteRobotRefreshTokens(
  transaction: WriteTransaction,
  organization: string,
): Promise<void> {
  await transaction.deleteFrom("refresh_tokens").where("name", "like", `${organization}+%`).execute();
}
