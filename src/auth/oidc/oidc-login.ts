import type { Account } from "../account-rows.ts";
import type { UserSubject } from "../subject.ts";
import type { Attempt, Attempts } from "./attempt.ts";
import type { Identity } from "./claims.ts";
import type { OidcConfig } from "./config.ts";
import { OidcError } from "./errors.ts";
import type { Identities, LinkedIdentity } from "./identities.ts";
import type { OidcProvider } from "./provider.ts";
import { deriveUserName } from "./user-name.ts";

/** Logging in by a provider of OpenID Connect. */
export interface OidcLogin {
  /** What users know the provider by. */
  name: string;
  issuer: string;
  /**
   * Begins a login.
   * @returns where the browser goes, and what it keeps until it comes back
   * @throws OidcError
   */
  begin(options: Pick<Attempt, "redirectUri" | "next" | "link">): Promise<{ url: string; sealed: string }>;
  /** The attempt that a browser has kept, if it is one of the hub's, and not too old. */
  open(sealed: string): Promise<Attempt | undefined>;
  /** Ends a login. @param query of the address that the provider sent the browser to. @throws OidcError */
  complete(attempt: Attempt, query: URLSearchParams): Promise<OidcArrival>;
}

/** Somebody who came back from the provider. */
export interface OidcArrival {
  subject: UserSubject;
  /** registration: the user is new; link: the user was logged in before, by other means. */
  by: "login" | "registration" | "link";
  /** Organizations in which it became a member, is another now, or is none any more. */
  memberships: readonly string[];
}

export interface OidcLoginParts {
  config: OidcConfig;
  provider: OidcProvider;
  attempts: Attempts;
  identities: Identities;
  accounts: { find(name: string): Promise<Account | undefined> };
  sessions: { isLive(subject: UserSubject): Promise<boolean> };
  /** Makes a user what its groups say. @returns the organizations in which that was another thing before */
  applyGroups(user: string, groups: ReadonlySet<string>): Promise<string[]>;
}

export function createOidcLogin(parts: OidcLoginParts): OidcLogin {
  const { config, provider, attempts, identities } = parts;

  async function logIn(identity: Identity): Promise<Pick<OidcArrival, "subject" | "by">> {
    const before = await identities.find(identity);
    const linked = before ?? (await register(identity));
    const subject = await subjectOf(linked.user);
    await identities.noteUse(linked.id, identity);
    return { subject, by: before ? "login" : "registration" };
  }

  async function register(identity: Identity): Promise<LinkedIdentity> {
    if (config.registration === "closed")
      throw new OidcError("closed", "there is no account, and none is made");
    const name = deriveUserName(identity.claimedName);
    await identities.register(name, identity);
    const linked = await identities.find(identity);
    if (!linked) throw new OidcError("failed", `user ${name} was deleted at once`);
    return linked;
  }

  async function link(
    identity: Identity,
    { user, session }: Required<Attempt>["link"],
  ): Promise<Pick<OidcArrival, "subject" | "by">> {
    const subject: UserSubject = { ...(await subjectOf(user)), session };
    if (!(await parts.sessions.isLive(subject)))
      throw new OidcError("ended", "the session that began it is over");
    await identities.link(user, identity);
    return { subject, by: "link" };
  }

  async function subjectOf(name: string): Promise<UserSubject> {
    const account = await parts.accounts.find(name);
    if (!account || account.disabled)
      throw new OidcError("disabled", `user ${name} is disabled`, { userName: name });
    return { kind: "user", name, administrator: account.administrator };
  }

  return {
    name: config.name,
    issuer: config.issuer,

    async begin(options) {
      const { url, ...secrets } = await provider.begin(options);
      return { url, sealed: await attempts.seal({ ...secrets, ...options }) };
    },

    open: (sealed) => attempts.open(sealed),

    async complete(attempt, query) {
      const identity = await provider.identify(attempt, query);
      const arrived = attempt.link ? await link(identity, attempt.link) : await logIn(identity);
      const memberships = await parts.applyGroups(arrived.subject.name, identity.groups);
      return { ...arrived, memberships };
    },
  };
}
