import type { WriteTransaction } from "../database/database.ts";
import { deleteRobotRefreshTokens } from "./refresh-token-rows.ts";

/**
 * Takes an organization away, with its members, robots and invitations. One that has repositories stays: of what was
 * pushed meanwhile, and of what was deleted and can be restored.
 */
export async function deleteOrganizationRows(
  transaction: WriteTransaction,
  organization: string,
): Promise<void> {
  const deleted = await transaction
    .deleteFrom("organizations")
    .where("name", "=", organization)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("repositories")
            .select("id")
            .whereRef("repositories.organization", "=", "organizations.name"),
        ),
      ),
    )
    .returning("name")
    .executeTakeFirst();
  if (deleted) await deleteRobotRefreshTokens(transaction, organization);
}

/**
 * Ends what goes with an organization that is deleted: members, robots and invitations. Its name stays its owners', so
 * that nobody takes over what others pull.
 */
export async function closeOrganizationRows(
  transaction: WriteTransaction,
  organization: string,
): Promise<void> {
  await transaction
    .deleteFrom("organization_members")
    .where("organization", "=", organization)
    .where("role", "!=", "owner")
    .execute();
  await transaction.deleteFrom("robots").where("organization", "=", organization).execute();
  await deleteRobotRefreshTokens(transaction, organization);
  await transaction.deleteFrom("invitations").where("organization", "=", organization).execute();
}
