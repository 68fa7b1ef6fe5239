import type { Command } from "commander";
import type { NewRobot, Robot, RobotList, RobotShownOnce } from "../api/contract/robots.ts";
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

/** `imagehub robot list`, `create` and `delete` */
export function addRobot(program: Command): void {
  const robot = program.command("robot").description("an organization's robots: list, make and revoke them");
  const list = robot
    .command("list")
    .description("list the robots of an organization")
    .argument("<ORGANIZATION>")
    .option("--json", "print the list as JSON");
  onHub<{ json?: boolean }, [string]>(list, listRobots);
  const create = robot
    .command("create")
    .description("make a robot, and print its token: it is shown this once")
    .argument("<ORGANIZATION>")
    .argument("<NAME>", "within the organization; docker logs in as ORGANIZATION+NAME")
    .option("--scope <SCOPE...>", "read, write or delete", ["read"])
    .option(
      "--repository <PATTERN...>",
      "only for these, such as org/app or 'org/app-*' (default: all of it)",
    )
    .option("--expires <TIME>", "when it ends: 30d, 12h, or 2027-01-31 (default: never)")
    .option("--json", "print it as JSON");
  onHub<CreateFlags, [string, string]>(create, createRobot);
  const remove = robot
    .command("delete")
    .description("revoke a robot")
    .argument("<ORGANIZATION>")
    .argument("<NAME>");
  onHub<object, [string, string]>(remove, async (hub, _flags, organization, name) => {
    await hub.request("DELETE", `${robotsOf(organization)}/${encodeURIComponent(name)}`);
    print(`Revoked robot ${organization}+${name}`);
  });
}

async function listRobots(
  hub: HubClient,
  { json = false }: { json?: boolean },
  organization: string,
): Promise<void> {
  const { items } = await hub.request<RobotList>("GET", robotsOf(organization));
  if (json) return print(JSON.stringify(items, undefined, 2));
  if (items.length === 0)
    return print(`${organization} has no robot. Next: imagehub robot create ${organization} NAME`);
  const heading = ["LOGIN", "SCOPES", "REPOSITORIES", "EXPIRES", "LAST USED"];
  print(formatTable([heading, ...items.map(rowOf)]));
}

async function createRobot(
  hub: HubClient,
  { scope, repository = [], expires, json = false }: CreateFlags,
  organization: string,
  name: string,
): Promise<void> {
  const words: NewRobot = {
    name,
    // What is none the hub refuses, with those that there are.
    scopes: scope as NewRobot["scopes"],
    repositories: repository,
    ...(expires !== undefined && { expiresAt: parseExpires(expires) }),
  };
  const made = await hub.request<RobotShownOnce>("POST", robotsOf(organization), words);
  print(json ? JSON.stringify(made, undefined, 2) : made.token);
}

function robotsOf(organization: string): string {
  return `/api/v1/organizations/${encodeURIComponent(organization)}/robots`;
}

function rowOf({ login, scopes, repositories, expiresAt = "never", lastUsedAt = "never" }: Robot): string[] {
  return [login, scopes.join(), repositories.join(), expiresAt.slice(0, 10), lastUsedAt.slice(0, 10)];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
