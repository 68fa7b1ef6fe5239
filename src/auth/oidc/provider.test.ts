import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import type { Attempt } from "./attempt.ts";
import type { Identity } from "./claims.ts";
import type { OidcConfig } from "./config.ts";
import { OidcError, type OidcProblem } from "./errors.ts";
import { createOidcProvider } from "./provider.ts";
import { startScriptedProvider, type Script } from "./scripted-provider.fixture.ts";

const REDIRECT_URI = "https://hub.example.com/api/v1/oidc/callback";
const SECRET = "a secret: +/%&=";
const scripted = await startScriptedProvider({ clientId: "imagehub" });
after(() => scripted.stop());
beforeEach(() => void (scripted.script = {}));
const config: OidcConfig = {
  issuer: scripted.issuer,
  clientId: "imagehub",
  clientSecret: SECRET,
  name: "Scripted",
  scopes: ["openid", "groups"],
  nameClaim: "preferred_username",
  groupsClaim: "groups",
  groupRoles: [],
  required: [],
  registration: "open",
};

test("begin() asks for a code, with PKCE, state and nonce", async () => {
  const begun = await createOidcProvider(config).begin({ redirectUri: REDIRECT_URI });
  const { searchParams, href } = new URL(begun.url);
  assert.ok(href.startsWith(`${scripted.issuer}authorize?`));
  assert.deepEqual(Object.fromEntries(searchParams), {
    client_id: "imagehub",
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid groups",
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: createHash("sha256").update(begun.codeVerifier).digest("base64url"),
    code_challenge_method: "S256",
  });
});

test("identify() tells who came, and shows the provider the verifier and the secret", async () => {
  const identity = await identify({
    claims: { preferred_username: "alice", name: "Alice", groups: ["a", "b"] },
  });
  assert.deepEqual(identity, {
    issuer: scripted.issuer,
    subject: "7",
    claimedName: "alice",
    displayName: "Alice",
    groups: new Set(["a", "b"]),
  });
  const { code_verifier: verifier, ...form } = Object.fromEntries(scripted.lastForm);
  assert.equal(verifier, lastAttempt?.codeVerifier);
  assert.deepEqual(form, {
    client_id: "imagehub",
    client_secret: SECRET,
    code: "a code",
    grant_type: "authorization_code",
    redirect_uri: REDIRECT_URI,
  });
});

test("the secret goes by Basic where the provider takes nothing else, and says so or says nothing", async () => {
  for (const methods of [["client_secret_basic"], undefined]) {
    await identify({ metadata: { token_endpoint_auth_methods_supported: methods } });
    assert.match(scripted.lastAuthorization ?? "", /^Basic /);
    assert.equal(scripted.lastForm.get("client_secret"), null);
  }
});

test("a public client has no secret to show", async () => {
  await identify({}, { config: { clientSecret: undefined } });
  assert.equal(scripted.lastForm.get("client_secret"), null);
  assert.equal(scripted.lastForm.get("client_id"), "imagehub");
});

test("what is not in the token is asked of the userinfo endpoint", async () => {
  const script = { userinfo: { sub: "7", preferred_username: "alice", groups: ["staff"] } };
  const identity = await identify(script, {
    config: { groupRoles: [{ group: "staff", organization: "team", role: "reader" }] },
  });
  assert.deepEqual([identity.claimedName, identity.groups], ["alice", new Set(["staff"])]);
});

test("a key that is new is asked for", async () => {
  await identify({});
  await scripted.rotateKey();
  const provider = createOidcProvider(config);
  assert.equal((await identify({}, { provider })).subject, "7");
});

test("groups may be at a path, one alone, or below a name with dots", async () => {
  const groupRoles = [{ group: "a", organization: "team", role: "reader" as const }];
  for (const [groupsClaim, claims] of [
    ["realm_access.roles", { realm_access: { roles: ["a"] } }],
    ["https://example.com/groups", { "https://example.com/groups": ["a"] }],
    ["role", { role: "a" }],
  ] as const) {
    const identity = await identify({ claims }, { config: { groupsClaim, groupRoles } });
    assert.deepEqual(identity.groups, new Set(["a"]));
  }
});

test("claims that are none do no harm", async () => {
  const claims = { preferred_username: ["alice"], name: "A\u0000", groups: [{ name: "a" }, null, 7, "b"] };
  const { claimedName, displayName, groups } = await identify({ claims });
  assert.deepEqual([claimedName, displayName, groups], [undefined, undefined, new Set(["7", "b"])]);
  const odd = await identify(
    { claims: { preferred_username: "a" } },
    { config: { nameClaim: "__proto__.toString" } },
  );
  assert.equal(odd.claimedName, undefined);
});

const FAR = 4 * 60 * 60;
const NOW = Math.floor(Date.now() / 1000);
/** What a provider, or whoever pretends to be it, sends → the problem. */
const BAD: [string, Script, OidcProblem][] = [
  ["another audience", { claims: { aud: "another" } }, "untrusted"],
  ["another issuer", { claims: { iss: "https://evil.example" } }, "untrusted"],
  ["another nonce", { claims: { nonce: "another" } }, "untrusted"],
  ["no subject", { claims: { sub: undefined } }, "untrusted"],
  ["a token that has expired", { claims: { exp: NOW - FAR, iat: NOW - FAR - 60 } }, "clock"],
  ["a token that is not valid yet", { claims: { nbf: NOW + FAR } }, "clock"],
  ["a signature of another key", { isForged: true }, "untrusted"],
  ["no ID token", { answers: { "/token": json({ access_token: "x", token_type: "Bearer" }) } }, "untrusted"],
  [
    "a token that nobody signed",
    { answers: { "/token": json({ access_token: "x", token_type: "Bearer", id_token: unsigned() }) } },
    "untrusted",
  ],
  ["that it knows no such code", { answers: { "/token": json({ error: "invalid_grant" }, 400) } }, "ended"],
  [
    "that the secret is wrong",
    { answers: { "/token": json({ error: "invalid_client" }, 401) } },
    "configuration",
  ],
  [
    "an error of its own",
    { answers: { "/token": { status: 500, type: "text/html", body: "oops" } } },
    "unreachable",
  ],
  [
    "an error of its own in JSON",
    { answers: { "/token": json({ error: "server_error" }, 503) } },
    "unreachable",
  ],
  [
    "a page for a token",
    { answers: { "/token": { status: 200, type: "text/html", body: "<p>" } } },
    "unreachable",
  ],
  ["half of its JSON", { answers: { "/token": { status: 200, body: '{"id_' } } }, "unreachable"],
  ["nothing", { answers: { "/token": "hang up" } }, "unreachable"],
  ["no keys", { answers: { "/jwks": "hang up" } }, "unreachable"],
  [
    "no description of itself",
    { answers: { "/.well-known/openid-configuration": "hang up" } },
    "unreachable",
  ],
  ["a description of another", { metadata: { issuer: "https://evil.example" } }, "untrusted"],
  ["a userinfo of another subject", { userinfo: { sub: "8", preferred_username: "admin" } }, "untrusted"],
];

for (const [what, script, problem] of BAD) {
  test(`a provider that answers ${what}: ${problem}`, () => fails(identify(script), problem));
}

/** The query of the address that the browser comes back to → the problem. */
const RETURNS: [string, Record<string, string>, OidcProblem][] = [
  ["that the user said no", { error: "access_denied" }, "denied"],
  ["that it is out of order", { error: "temporarily_unavailable" }, "unreachable"],
  [
    "that the hub asks wrongly",
    { error: "invalid_scope", error_description: "no groups here" },
    "configuration",
  ],
  ["the state of another attempt", { code: "a code", state: "another" }, "ended"],
  ["no code", {}, "untrusted"],
];

for (const [what, query, problem] of RETURNS) {
  test(`a browser that comes back with ${what}: ${problem}`, () => fails(identify({}, { query }), problem));
}

test("clocks may differ by a minute", async () => {
  assert.equal((await identify({ claims: { exp: NOW - 30, iat: NOW - 90 } })).subject, "7");
});

test("a required claim must be there, and be that", async () => {
  const required = [
    { claim: "hd", value: "example.com" },
    { claim: "groups", value: "hub" },
  ];
  const good = { hd: "example.com", groups: ["x", "hub"] };
  assert.equal((await identify({ claims: good }, { config: { required } })).subject, "7");
  for (const wrong of [{ hd: "example.org" }, { hd: undefined }, { groups: ["hubs"] }, { groups: "x" }])
    await fails(identify({ claims: { ...good, ...wrong } }, { config: { required } }), "not-allowed");
});

test("an address that nobody verified is no name", async () => {
  const claims = { email: "boss@example.com" };
  const nameClaim = { config: { nameClaim: "email" } };
  await fails(identify({ claims: { ...claims, email_verified: false } }, nameClaim), "name-unusable");
  const verified = await identify({ claims: { ...claims, email_verified: true } }, nameClaim);
  assert.equal(verified.claimedName, "boss@example.com");
});

test("what a provider says of itself is asked once, by many at once too, and again when that failed", async () => {
  const path = "/.well-known/openid-configuration";
  const provider = createOidcProvider(config);
  scripted.script = { answers: { [path]: "hang up" } };
  await fails(provider.begin({ redirectUri: REDIRECT_URI }), "unreachable");
  scripted.script = {};
  const before = scripted.counts.get(path) ?? 0;
  await Promise.all([1, 2, 3].map(() => provider.begin({ redirectUri: REDIRECT_URI })));
  assert.equal(scripted.counts.get(path), before + 1);
});

test("no message holds a code, a token or the secret", async () => {
  for (const [, script] of BAD) {
    const error = await identify(script).catch((thrown: unknown) => thrown as Error);
    const { message, cause } = error as Error;
    assert.doesNotMatch(`${message} ${String(cause)}`, /a code|an access token|a secret|eyJ/);
  }
});

let lastAttempt: Attempt | undefined;

/** A whole login, of a browser that comes back with a code. */
async function identify(
  script: Script,
  options: {
    config?: Partial<OidcConfig>;
    query?: Record<string, string>;
    provider?: ReturnType<typeof createOidcProvider>;
  } = {},
): Promise<Identity> {
  scripted.script = {};
  const isAskedNew = script.metadata !== undefined || script.answers?.["/.well-known/openid-configuration"];
  if (isAskedNew || script.userinfo) scripted.script = script;
  const provider = options.provider ?? createOidcProvider({ ...config, ...options.config });
  const { url: _url, ...secrets } = await provider.begin({ redirectUri: REDIRECT_URI });
  const attempt: Attempt = { ...secrets, redirectUri: REDIRECT_URI, next: "/" };
  lastAttempt = attempt;
  scripted.script = { ...script, claims: { nonce: attempt.nonce, ...script.claims } };
  const query = options.query ?? { code: "a code" };
  return provider.identify(attempt, new URLSearchParams({ state: attempt.state, ...query }));
}

async function fails(running: Promise<unknown>, problem: OidcProblem): Promise<void> {
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof OidcError, String(error));
    assert.equal(error.problem, problem, error.message);
    return true;
  });
}

function json(body: object, status = 200) {
  return { status, body: JSON.stringify(body) };
}

function unsigned(): string {
  const claims = { iss: scripted.issuer, aud: "imagehub", sub: "7", iat: NOW, exp: NOW + 60 };
  return `${partOf({ alg: "none" })}.${partOf(claims)}.`;
}

function partOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
