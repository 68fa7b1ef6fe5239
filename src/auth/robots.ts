import { randomBytes } from "node:crypto";
import type { Database } from "../database/database.ts";
import { TooManyTokensError } from "./errors.ts";
import {
  changeRobot,
  deleteRobot,
  findRobots,
  insertRobot,
  listRobots,
  type RobotRecord,
  type RobotWords,
} from "./robot-rows.ts";
import type { RobotSubject } from "./subject.ts";
import { createTokenChecks } from "./token-checks.ts";
import { createTokenText, hashToken } from "./token-text.ts";

/** One for each pipeline of a large organization. */
export const MAX_ROBOTS = 500;

/** Tokens of organizations, for programs: a publisher of its organization, as far as scopes and patterns go. */
export interface Robots {
  /**
   * Makes a robot; its token's text is shown here and never again.
   * @returns undefined when the organization has one of this name, or there is no such organization
   * @throws TooManyTokensError
   */
  create(
    organization: string,
    robot: RobotWords & { name: string; createdBy: string },
  ): Promise<(RobotRecord & { token: string }) | undefined>;
  /** By name. */
  list(organization: string): Promise<RobotRecord[]>;
  /** @returns undefined when the organization has no such robot */
  change(organization: string, name: string, words: Partial<RobotWords>): Promise<RobotRecord | undefined>;
  /** @returns false when the organization has no such robot */
  delete(organization: string, name: string): Promise<boolean>;
  /** @throws UnauthenticatedError */
  logIn(token: string): Promise<RobotSubject>;
  /** By the id of its token, if that is good. */
  find(id: string): Promise<RobotSubject | undefined>;
  isLive(subject: RobotSubject): Promise<boolean>;
}

export function createRobots({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): Robots {
  const source = { kind: "iht", ...findRobots(database) } as const;
  return {
    async create(organization, { name, createdBy, ...words }) {
      const token = createTokenText("iht");
      const times = { createdAt: now(), lastUsedAt: undefined };
      const record = { name, ...words, createdBy, ...times };
      const isMade = await database.write(async (transaction) => {
        const id = randomBytes(8).toString("hex");
        const count = await insertRobot(transaction, { ...record, id, organization, hash: hashToken(token) });
        if (count !== undefined && count > MAX_ROBOTS)
          throw new TooManyTokensError(`organization ${organization} has ${MAX_ROBOTS} robots`);
        return count !== undefined;
      });
      return isMade ? { ...record, token } : undefined;
    },

    list: (organization) => listRobots(database.read, organization),
    change: (organization, name, words) =>
      database.write((transaction) => changeRobot(transaction, { organization, name, words })),
    delete: (organization, name) =>
      database.write((transaction) => deleteRobot(transaction, { organization, name })),
    ...createTokenChecks<RobotSubject>({ source, now }),
  };
}
