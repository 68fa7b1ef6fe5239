import { after, test } from "node:test";
import { askAt, type Answer, type Asked } from "./ask.ts";
import { startTestHub } from "./start-hub.ts";

const ORIGIN = "https://console.example.com";
const CLOSED = {
  "access-control-allow-origin": null,
  "access-control-expose-headers": null,
  "access-control-allow-credentials": null,
};
const OPEN = { ...CLOSED, "access-control-allow-origin": ORIGIN, vary: "Origin" };

const hub = await startTestHub({ "cors-origins": `http://127.0.0.1:3000,${ORIGIN}` });
const closed = await startTestHub();
const openToAll = await startTestHub({ "cors-origins": "*" });
after(() => Promise.all([hub.stop(), closed.stop(), openToAll.stop()]));

const preflight = (method: string, origin = ORIGIN): Asked => ({
  method: "OPTIONS",
  headers: { origin, "access-control-request-method": method, "access-control-request-headers": "range" },
});
const from = (origin: string): Asked => ({ headers: { origin } });

/** Request to a hub that names two origins → answer. */
const TABLE: [string, string, Asked, Answer][] = [
  [
    "a stranger's preflight",
    "/v2/",
    preflight("GET", "https://evil.example"),
    { status: 401, headers: CLOSED },
  ],
  ["an origin that begins alike", "/v2/", from(`${ORIGIN}.evil.example`), { status: 401, headers: CLOSED }],
  ["an origin that a sandbox hides", "/v2/", from("null"), { status: 401, headers: CLOSED }],
  ["a request of no page", "/v2/", {}, { status: 401, headers: { ...CLOSED, vary: "Origin" } }],
  ["OPTIONS that is no preflight", "/v2/", { ...from(ORIGIN), method: "OPTIONS" }, { status: 401 }],
  ["an API with cookies", "/api/v1/me", from(ORIGIN), { status: 200, headers: CLOSED }],
  [
    "a preflight of an API with cookies",
    "/api/v1/session",
    preflight("POST"),
    { status: 404, headers: CLOSED },
  ],
  ["an address that begins alike", "/token2", preflight("GET"), { status: 404, headers: CLOSED }],
  [
    "a preflight before there is a token",
    "/v2/org/app/blobs/uploads/",
    preflight("PATCH"),
    {
      status: 204,
      headers: {
        ...OPEN,
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": /^Accept, Authorization, Content-Type, Content-Range.*Range/,
        "access-control-max-age": "7200",
      },
    },
  ],
  [
    "a preflight of the token route",
    "/token?service=imagehub",
    preflight("GET"),
    { status: 204, headers: OPEN },
  ],
  [
    "a token",
    "/token?service=imagehub",
    from(ORIGIN),
    { status: 200, headers: { "access-control-allow-origin": ORIGIN } },
  ],
  [
    "the challenge, which a page must read",
    "/v2/",
    from(ORIGIN),
    {
      status: 401,
      headers: {
        ...OPEN,
        "access-control-expose-headers": /Docker-Content-Digest.*Location.*WWW-Authenticate/,
      },
    },
  ],
];

for (const [what, path, asked, answer] of TABLE) {
  test(`CORS: ${what}: ${answer.status}`, () => askAt(hub)(path, asked, answer));
}

test("CORS: without cors-origins no page of another origin learns anything", async () => {
  const ask = askAt(closed);
  await ask("/v2/", preflight("GET"), { status: 401, headers: { ...CLOSED, vary: null } });
  await ask("/token", from(ORIGIN), { status: 200, headers: CLOSED });
});

test("CORS: * opens to all, without naming any", async () => {
  const headers = { ...OPEN, "access-control-allow-origin": "*" };
  await askAt(openToAll)("/v2/", preflight("GET", "null"), { status: 204, headers });
});
