import { randomBytes } from "node:crypto";
import type { Database } from "../database/database.ts";
import { TooManyTokensError } from "./errors.ts";
import { createTokenChecks } from "./token-checks.ts";
import {
  changeToken,
  deleteWithChildren,
  findTokens,
  insertToken,
  listTokens,
  type TokenRecord,
  type TokenWords,
} from "./token-rows.ts";
import { createTokenText, hashToken } from "./token-text.ts";
import type { UserSubject } from "./subject.ts";

/** Far more than one person tells apart; a kubeconfig is one. */
export const MAX_TOKENS = 500;

/** Tokens that people make for themselves: used as a password, or as bearer, revoked at once. */
export interface PersonalTokens {
  /**
   * Makes a token; its text is shown here and never again.
   * @param words.parent the token that asked for this one, with which it goes
   * @throws TooManyTokensError
   */
  create(owner: string, words: TokenWords & { parent?: string }): Promise<TokenRecord & { token: string }>;
  /** The newest first. */
  list(owner: string): Promise<TokenRecord[]>;
  /** @returns undefined when the owner has no such token */
  change(owner: string, id: string, words: Partial<TokenWords>): Promise<TokenRecord | undefined>;
  /** Revokes a token, and those that it asked for. @returns false when the owner has no such token */
  delete(owner: string, id: string): Promise<boolean>;
  /** Who a token stands for. @throws UnauthenticatedError */
  logIn(token: string): Promise<UserSubject>;
  /** Who a token stands for, by its id, if it is good. */
  find(id: string): Promise<UserSubject | undefined>;
  /** Whether what a subject logged in with is good as it was then: its token neither revoked, expired nor changed. */
  isLive(subject: UserSubject): Promise<boolean>;
}

type TokenLogin = Required<Pick<UserSubject, "token">>;

export function createPersonalTokens({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): PersonalTokens {
  const source = { kind: "ihp", ...findTokens(database) } as const;
  const checks = createTokenChecks<UserSubject & TokenLogin>({ source, now });

  return {
    async create(owner, { parent, ...words }) {
      const token = createTokenText();
      const record = {
        id: randomBytes(8).toString("hex"),
        ...words,
        createdAt: now(),
        lastUsedAt: undefined,
      };
      await database.write(async (transaction) => {
        const count = await insertToken(transaction, { ...record, owner, parent, hash: hashToken(token) });
        if (count > MAX_TOKENS) throw new TooManyTokensError(`you have ${MAX_TOKENS}`);
      });
      return { ...record, token };
    },

    list: (owner) => listTokens(database.read, owner),
    change: (owner, id, words) =>
      database.write((transaction) => changeToken(transaction, { owner, id, words })),
    delete: (owner, id) => database.write((transaction) => deleteWithChildren(transaction, { owner, id })),

    logIn: checks.logIn,
    find: checks.find,
    isLive: async (subject) => !isByToken(subject) || checks.isLive(subject),
  };
}

function isByToken(subject: UserSubject): subject is UserSubject & TokenLogin {
  return subject.token !== undefined;
}
