import type { Command } from "commander";
import type { NewToken, Token, TokenList, TokenScope, TokenShownOnce } from "../api/contract/tokens.ts";
import type { HubClient } from "./client.ts";
import { onHub } from "./command.ts";
import { parseExpires } from "./expiry.ts";
import { formatTable } from "./format.ts";

interface CreateFlags {
  scope: string[];
  repository?: string[];
  expires?: string;
  json?: boolean;
}

/** `imagehub token list`, `create` and `delete` */
export function addToken(program: Command): void {
  const token = program.command("token").description("your tokens: list, make and revoke them");
  const list = token
    .command("list", { isDefault: true })
    .description("list your tokens, the newest first")
    .option("--json", "print the list as JSON");
  onHub<{ json?: boolean }>(list, listTokens);
  const create = token
    .command("create")
    .description("make a token, and print it: it is shown this once")
    .argument("<NAME>", "what it is for")
    .option("--scope <SCOPE...>", "read, write, delete or admin", ["read"])
    .option("--repository <PATTERN...>", "only for these, such as org/app or 'org/*' (default: all)")
    .option("--expires <TIME>", "when it ends: 30d, 12h, or 2027-01-31 (default: never)")
    .option("--json", "print it as JSON");
  onHub<CreateFlags, [string]>(create, createToken);
  const remove = token
    .command("delete")
    .description("revoke a token")
    .argument("<ID>", "as the list shows it");
  onHub<object, [string]>(remove, async (hub, _flags, id) => {
    await hub.request("DELETE", `/api/v1/tokens/${encodeURIComponent(id)}`);
    print(`Revoked token ${id}`);
  });
}

async function listTokens(hub: HubClient, { json = false }: { json?: boolean }): Promise<void> {
  const { items } = await hub.request<TokenList>("GET", "/api/v1/tokens");
  if (json) return print(JSON.stringify(items, undefined, 2));
  if (items.length === 0) return print("You have no token. Next: imagehub token create NAME");
  const heading = ["ID", "NAME", "SCOPES", "REPOSITORIES", "EXPIRES", "LAST USED"];
  print(formatTable([heading, ...items.map(rowOf)]));
}

async function createToken(hub: HubClient, flags: CreateFlags, name: string): Promise<void> {
  const { scope, repository = [], expires, json = false } = flags;
  const words: NewToken = {
    name,
    // What is none the hub refuses, with those that there are.
    scopes: scope as TokenScope[],
    repositories: repository,
    ...(expires !== undefined && { expiresAt: parseExpires(expires) }),
  };
  const made = await hub.request<TokenShownOnce>("POST", "/api/v1/tokens", words);
  print(json ? JSON.stringify(made, undefined, 2) : made.token);
}

function rowOf({
  id,
  name,
  scopes,
  repositories,
  expiresAt = "never",
  lastUsedAt = "never",
}: Token): string[] {
  return [
    id,
    name,
    scopes.join(),
    repositories.join() || "all",
    expiresAt.slice(0, 10),
    lastUsedAt.slice(0, 10),
  ];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
