import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { Database } from "../database/database.ts";
import type { InvitationTable } from "../database/tables.ts";
import type { Role } from "../resources/organization.ts";
import { createTokenText, hashToken, isTokenText } from "./token-text.ts";

/** Of one organization at a time; those that are over do not count. */
export const MAX_INVITATIONS = 100;

export interface Invitation {
  id: string;
  organization: string;
  role: Role;
  /** How many more people it lets in. */
  usesLeft: number;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
}

/** Links by which people join an organization: of few uses, and not for long. */
export interface Invitations {
  /** @returns with its secret, shown this once; undefined when the organization has as many as any may, or is not there */
  create(
    words: Pick<Invitation, "organization" | "role" | "usesLeft" | "createdBy" | "expiresAt">,
  ): Promise<(Invitation & { token: string }) | undefined>;
  /** Those that are good, the newest first. */
  list(organization: string): Promise<Invitation[]>;
  /** @returns false when the organization has no such invitation */
  delete(organization: string, id: string): Promise<boolean>;
  /** The invitation of a secret, if it is good. */
  find(token: string): Promise<Invitation | undefined>;
  /** Takes a use. @returns false when somebody else took the last one */
  take(id: string): Promise<boolean>;
  /** Gives back a use that came to nothing. */
  giveBack(id: string): Promise<void>;
}

export function createInvitations({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): Invitations {
  const addUses = (id: string, uses: number): Promise<boolean> =>
    database.write(async (transaction) => {
      const row = await transaction
        .updateTable("invitations")
        .set((eb) => ({ uses_left: eb("uses_left", "+", uses) }))
        .where("id", "=", id)
        .where("uses_left", ">=", -uses)
        .where("expires_at", ">", now())
        .returning("id")
        .executeTakeFirst();
      return row !== undefined;
    });

  return {
    async create(words) {
      const token = createTokenText("ihi");
      const invitation = { id: randomBytes(8).toString("hex"), ...words, createdAt: now() };
      const isMade = await database.write(async (transaction) => {
        const { organization } = words;
        await transaction
          .deleteFrom("invitations")
          .where("organization", "=", organization)
          .where((eb) => eb.or([eb("expires_at", "<=", now()), eb("uses_left", "=", 0)]))
          .execute();
        const { count } = await transaction
          .selectFrom("invitations")
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .where("organization", "=", organization)
          .executeTakeFirstOrThrow();
        const parent = await transaction
          .selectFrom("organizations")
          .select("name")
          .where("name", "=", organization)
          .executeTakeFirst();
        if (!parent || Number(count) >= MAX_INVITATIONS) return false;
        const row = { ...toRow(invitation), hash: hashToken(token) };
        await transaction.insertInto("invitations").values(row).execute();
        return true;
      });
      return isMade ? { ...invitation, token } : undefined;
    },

    async list(organization) {
      const rows = await database.read
        .selectFrom("invitations")
        .selectAll()
        .where("organization", "=", organization)
        .where("expires_at", ">", now())
        .where("uses_left", ">", 0)
        .orderBy("created_at", "desc")
        .orderBy("id")
        .execute();
      return rows.map(toInvitation);
    },

    delete: (organization, id) =>
      database.write(async (transaction) => {
        const deleted = await transaction
          .deleteFrom("invitations")
          .where("organization", "=", organization)
          .where("id", "=", id)
          .returning("id")
          .executeTakeFirst();
        return deleted !== undefined;
      }),

    async find(token) {
      if (!isTokenText(token)) return undefined;
      const row = await database.read
        .selectFrom("invitations")
        .selectAll()
        .where("hash", "=", hashToken(token))
        .where("expires_at", ">", now())
        .where("uses_left", ">", 0)
        .executeTakeFirst();
      return row && toInvitation(row);
    },

    take: (id) => addUses(id, -1),
    async giveBack(id) {
      await addUses(id, 1);
    },
  };
}

function toRow({ id, organization, role, ...rest }: Invitation): Omit<InvitationTable, "hash"> {
  return {
    id,
    organization,
    role,
    uses_left: rest.usesLeft,
    created_by: rest.createdBy,
    created_at: rest.createdAt,
    expires_at: rest.expiresAt,
  };
}

function toInvitation(row: Selectable<InvitationTable>): Invitation {
  return {
    id: row.id,
    organization: row.organization,
    role: row.role,
    usesLeft: row.uses_left,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
