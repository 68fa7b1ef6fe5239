import {
  administrators,
  anybody,
  everybodyLoggedIn,
  names,
  owners,
  users,
  wholeUsers,
  writers,
  type Caller,
  type Row,
  type Sent,
} from "./row.ts";

const JSON_BODY = { "content-type": "application/json" };

/** `/api/v1` and `/v1/search`. @param deletionOf a restorable deletion of a repository, whose tag was set again */
export function jsonRows(deletionOf: (repository: string) => number): Row[] {
  const ofNobody = { may: administrators, done: 404, refused: [401, 403] };
  const reads = { may: "pull", done: 200, tells: names } as const;
  return [
    ofRepository("GET /api/v1/search", reads, (name) => ({ path: `/api/v1/search?q=${name}` })),
    ofRepository("GET /api/v1/suggest", reads, (name) => ({ path: `/api/v1/suggest?q=${name}` })),
    ofRepository("GET /v1/search", reads, () => ({ path: "/v1/search?q=org" })),
    ofRepository("GET /api/v1/images/*", { may: "pull", done: 200, doneAbsent: 404 }, (name) => ({
      path: `/api/v1/images/${name}/-/v1/readme`,
    })),
    ofRepository(
      "GET /api/v1/deleted",
      { may: "delete", done: 200, tells: names, needsUser: true },
      (name) => ({
        path: `/api/v1/deleted?repository=${name}`,
      }),
    ),
    ofRepository(
      "POST /api/v1/deleted/:id/restore",
      { may: "delete", done: 409, doneAbsent: 404, needsUser: true },
      (name) => ({
        path: `/api/v1/deleted/${deletionOf(name)}/restore`,
      }),
    ),

    ofHub("GET /api/v1/me", { may: anybody, done: 200 }),
    ofHub("PATCH /api/v1/me", { may: writers, done: 200 }, {}),
    // A password that is too short.
    ofHub("PUT /api/v1/me/password", { may: wholeUsers, done: 422 }, { current: "x", password: "x" }),
    ofHub("DELETE /api/v1/sessions", { may: wholeUsers, done: 204 }),
    ofHub("GET /api/v1/stars", { may: users, done: 200 }),
    ofRepository(
      "PUT /api/v1/stars/*",
      { may: "pull", and: writers, done: 204, doneAbsent: 404, needsUser: true },
      (name) => ({
        path: `/api/v1/stars/${name}`,
      }),
    ),
    ofRepository("DELETE /api/v1/stars/*", { may: writers, done: 204 }, (name) => ({
      path: `/api/v1/stars/${name}`,
    })),
    // Registration is open, to names that are not reserved.
    ofHub(
      "POST /api/v1/users",
      { may: anybody, done: 422 },
      { name: "api", password: "correct horse battery" },
    ),
    // Of nobody: a name that no account has.
    ofHub("GET /api/v1/users", { may: administrators, done: 200 }),
    ofHub("PATCH /api/v1/users/:name", ofNobody, { disabled: true }),
    ofHub("DELETE /api/v1/users/:name", ofNobody),
    ofHub("POST /api/v1/users/:name/password-reset", ofNobody),
    ofHub("DELETE /api/v1/me", { may: wholeUsers, done: 422 }, { password: "" }),
    ofHub("GET /api/v1/kubeconfig", { may: everybodyLoggedIn, done: 409 }),
    ofHub("GET /api/v1/tokens", { may: wholeUsers, done: 200 }),
    ofHub(
      "POST /api/v1/tokens",
      { may: wholeUsers, done: 422 },
      { name: "x", scopes: ["read"], expiresAt: "2001-01-01T00:00:00Z" },
    ),
    ofHub("PATCH /api/v1/tokens/:id", { may: wholeUsers, done: 404, refused: [401, 403] }, {}),
    ofHub("DELETE /api/v1/tokens/:id", { may: wholeUsers, done: 404, refused: [401, 403] }),
    ofHub("GET /api/v1/identities", { may: wholeUsers, done: 200 }),
    // The hub of the matrix has no provider.
    ofHub("POST /api/v1/identities", { may: wholeUsers, done: 404, refused: [401, 403] }),
    ofHub("DELETE /api/v1/identities/:id", { may: wholeUsers, done: 404, refused: [401, 403] }),
    ...robotRows(),
    ...membershipRows(),
    // Of organizations that they own: the matrix of entries is the audit's own test.
    ofHub("GET /api/v1/audit", { may: wholeUsers, done: 200 }),
    ofHub("GET /api/v1/jobs", { may: administrators, done: 200 }),
    ofHub("POST /api/v1/jobs", { may: administrators, done: 201 }, { kind: "gc", dryRun: true }),
    ofHub("GET /api/v1/jobs/:id", { may: administrators, done: 404, refused: [401, 403] }),
    ofHub("DELETE /api/v1/jobs/:id", { may: administrators, done: 404, refused: [401, 403] }),
  ];
}

type Rest = Pick<Row, "may" | "done"> & Partial<Row>;

function ofRepository(route: string, rest: Rest, ask: (name: string, caller: Caller) => Sent): Row {
  return { route, about: "repository", ask, ...rest };
}

/** The organization's, and an id or a name that nothing has. */
function ofHub(route: string, rest: Rest, body?: object): Row {
  const id = route.includes("/jobs/") ? "0" : "0".repeat(16);
  const [, pattern = ""] = route.split(" ");
  const path = pattern.replace(":organization", "org").replace(":name", "none").replace(/:id\b/, id);
  const ask = (): Sent => ({ path, ...(body && { headers: JSON_BODY, body: JSON.stringify(body) }) });
  return { route, about: "hub", ask, ...rest };
}

/** An organization's, of which it has `ci`. */
function robotRows(): Row[] {
  const robots = "/api/v1/organizations/:organization/robots";
  const refused = [401, 403];
  return [
    ofHub(`GET ${robots}`, { may: owners, done: 200 }),
    ofHub(`POST ${robots}`, { may: owners, done: 409 }, { name: "ci", scopes: ["read"] }),
    ofHub(`PATCH ${robots}/:name`, { may: owners, done: 404, refused }, {}),
    ofHub(`DELETE ${robots}/:name`, { may: owners, done: 404, refused }),
  ];
}

function membershipRows(): Row[] {
  const invitations = "/api/v1/organizations/:organization/invitations";
  const refused = [401, 403];
  const over = { role: "reader", expiresAt: "2001-01-01T00:00:00Z" };
  return [
    ofHub(`GET ${invitations}`, { may: owners, done: 200 }),
    ofHub(`POST ${invitations}`, { may: owners, done: 422 }, over),
    ofHub(`DELETE ${invitations}/:id`, { may: owners, done: 404, refused }),
    ofHub("POST /api/v1/invitations/accept", { may: wholeUsers, done: 404, refused }, { token: "none" }),
    {
      ...ofHub("DELETE /api/v1/organizations/:organization/membership", {
        may: wholeUsers,
        done: 404,
        refused,
      }),
      ask: () => ({ path: "/api/v1/organizations/nobodys/membership" }),
    },
  ];
}
