import { hostname } from "node:os";
import type { Command } from "commander";
import { parse } from "yaml";
import type { Me } from "../api/contract/me.ts";
import type { NewToken, TokenShownOnce } from "../api/contract/tokens.ts";
import { connectToHub, type HubClient, type HubFlags } from "./client.ts";
import { reportErrors } from "./command.ts";
import { CommandError } from "./errors.ts";
import { kubeconfigFile, readSavedLogin, removeSavedLogin, saveLogin } from "./saved-login.ts";

interface LoginFlags {
  user?: string;
  password?: string;
  passwordStdin?: boolean;
  token?: string;
}

/** `imagehub login` */
export function addLogin(program: Command): void {
  const command = program
    .command("login")
    .description("log in to a hub: for the other commands, and for kubectl by ~/.sealos/kubeconfig")
    .argument("<HUB>", "its address; https:// when it says none")
    .option("-u, --user <NAME>", "log in as this user [IMAGEHUB_USER]")
    .option("-p, --password <PASSWORD>", "the password; others can see it in ps (default: IMAGEHUB_PASSWORD)")
    .option("--password-stdin", "read the password from standard input")
    .option("--token <TOKEN>", "log in by a token; others can see it in ps [IMAGEHUB_TOKEN]");
  command.action((hub: string) => reportErrors(() => logIn(hub, command.opts<LoginFlags>())));
}

/** `imagehub logout` */
export function addLogout(program: Command): void {
  program
    .command("logout")
    .description("log out: revoke the token of the last login, and forget it")
    .action(() => reportErrors(logOut));
}

async function logIn(address: string, flags: LoginFlags): Promise<void> {
  const { user, password, passwordStdin, token } = flags;
  const environment = {
    ...process.env,
    ...(password !== undefined && { IMAGEHUB_PASSWORD: password }),
    ...(token !== undefined && { IMAGEHUB_TOKEN: token }),
  };
  const options: HubFlags = {
    hub: /^[a-z]+:\/\//.test(address) ? address : `https://${address}`,
    ...(user !== undefined && { user }),
    ...(passwordStdin !== undefined && { passwordStdin }),
  };
  const hub = await connectToHub(options, environment);
  const { name } = await hub.request<Me>("GET", "/api/v1/me");
  if (name === "")
    throw new CommandError("Cannot log in as nobody: name the user with --user, or give a token");
  const got = await downloadKubeconfig(hub);
  const saved = { hub: hub.url, user: name, token: got?.token ?? (await makeToken(hub)) };
  saveLogin(saved, got?.kubeconfig);
  const next = got
    ? `Next: KUBECONFIG=${kubeconfigFile()} kubectl get images`
    : "There is no kubeconfig: the hub is reached by plain HTTP alone";
  process.stdout.write(`Logged in to ${hub.url} as ${name}\n${next}\n`);
}

async function logOut(): Promise<void> {
  const login = readSavedLogin();
  if (!login) {
    process.stdout.write("Nobody is logged in\n");
    return;
  }
  // Forgotten first: a hub that is gone keeps nobody logged in here.
  removeSavedLogin();
  const hub = await connectToHub({}, {}, login);
  try {
    const { tokenId } = await hub.request<Me>("GET", "/api/v1/me");
    await hub.request("DELETE", `/api/v1/tokens/${tokenId}`);
  } catch (error) {
    // Its token was revoked before.
    if (!(error instanceof CommandError && error.status === 401)) throw error;
  }
  process.stdout.write(`Logged out of ${login.hub}\n`);
}

/** @returns undefined when the hub has no TLS, which kubectl needs */
async function downloadKubeconfig(
  hub: HubClient,
): Promise<{ kubeconfig: string; token: string } | undefined> {
  try {
    const kubeconfig = await hub.request<string>("GET", "/api/v1/kubeconfig");
    const { users } = parse(kubeconfig) as { users: { user: { token: string } }[] };
    const token = users[0]?.user.token;
    if (token === undefined) throw new CommandError(`Cannot use ${hub.url}: its kubeconfig has no token`);
    return { kubeconfig, token };
  } catch (error) {
    if (error instanceof CommandError && error.status === 409) return undefined;
    throw error;
  }
}

async function makeToken(hub: HubClient): Promise<string> {
  const words: NewToken = { name: `imagehub login on ${hostname()}`.slice(0, 100), scopes: ["admin"] };
  return (await hub.request<TokenShownOnce>("POST", "/api/v1/tokens", words)).token;
}
