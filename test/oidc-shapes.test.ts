import assert from "node:assert/strict";
import { test } from "node:test";
import type { IdentityList } from "../src/api/contract/identities.ts";
import { newResource } from "../src/resources/kinds.ts";
import { meOf, startOidcHub } from "./oidc-hub.ts";
import { createWebBrowser } from "./web-browser.ts";

interface Shape {
  provider: string;
  /** As docs/oidc.md has it. */
  settings: Record<string, string>;
  options: NonNullable<Parameters<typeof startOidcHub>[2]>;
  /** What the provider says of its user. */
  claims: Record<string, unknown>;
  name: string;
  role?: string;
  /** Claims with which nobody gets in. */
  outsider?: Record<string, unknown>;
}

/** How well-known providers tell of their users, and the settings that fit. */
const SHAPES: Shape[] = [
  {
    provider: "Keycloak",
    settings: { "oidc-groups": "/platform/devs=team:publisher" },
    options: { path: "/realms/main", authMethod: "client_secret_basic" },
    claims: {
      preferred_username: "alice.liddell",
      name: "Alice Liddell",
      email: "alice@example.com",
      groups: ["/platform/devs", "/platform"],
    },
    name: "alice-liddell",
    role: "publisher",
  },
  {
    provider: "Dex",
    settings: {
      "oidc-scopes": "openid,profile,email,groups",
      "oidc-name-claim": "email",
      "oidc-groups": "example:devs=team:publisher",
    },
    options: { path: "/dex", authMethod: "client_secret_basic" },
    claims: { name: "Alice", email: "Alice@example.com", email_verified: true, groups: ["example:devs"] },
    name: "alice",
    role: "publisher",
  },
  {
    provider: "GitLab",
    settings: { "oidc-name-claim": "nickname", "oidc-groups": "platform/devs=team:reader" },
    options: { isInToken: false },
    claims: { nickname: "alice_l", name: "Alice Liddell", groups: ["platform", "platform/devs"] },
    name: "alice-l",
    role: "reader",
  },
  {
    provider: "Google",
    settings: { "oidc-name-claim": "email", "oidc-require": "hd=example.com" },
    options: {},
    claims: { email: "alice.liddell@example.com", email_verified: true, name: "Alice", hd: "example.com" },
    name: "alice-liddell",
    outsider: { email: "mallory@gmail.com", email_verified: true, name: "Mallory" },
  },
  {
    provider: "a public client",
    settings: {},
    options: { authMethod: "none" },
    claims: { preferred_username: "alice" },
    name: "alice",
  },
];

for (const { provider, settings, options, claims, name, role, outsider } of SHAPES) {
  test(`the settings of ${provider} log its user in as ${name}`, async () => {
    const people = { "8a5f": claims, "9b60": outsider ?? {} };
    const hub = await startOidcHub(people, { "log-level": "fatal", ...settings }, options);
    try {
      const spec = { members: [{ kind: "User" as const, name: "admin", role: "owner" as const }] };
      await hub.context.store.create(newResource("Organization", "team", { spec }));
      await hub.context.policies.set("team", { defaultVisibility: "public", members: spec.members });
      const browser = createWebBrowser();
      await hub.logIn(browser, "8a5f");
      const me = await meOf(hub, browser);
      assert.deepEqual([me.name, me.organizations.find((each) => each.name === "team")?.role], [name, role]);
      const identities = await (await browser.send(`${hub.url}/api/v1/identities`)).json();
      const [identity] = (identities as IdentityList).items;
      assert.deepEqual([identity?.isUsable, identity?.isLast], [true, true]);
      if (!outsider) return;
      const page = await hub.logIn(createWebBrowser(), "9b60");
      assert.equal(page.url.searchParams.get("problem"), "not-allowed");
    } finally {
      await hub.stop();
    }
  });
}
