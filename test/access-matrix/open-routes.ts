/** Addresses below these are of one namespace, or of all. */
const EVENT_APIS = ["/api/v1", "/apis/events.k8s.io/v1"];
/** Nobody writes any. */
const EVENTS = EVENT_APIS.map((api) => `${api}/namespaces/:namespace/events`);
const SECRETS = "/api/v1/namespaces/:namespace/secrets";

/** What no address of Kubernetes' own kinds takes: 405, whoever asks. */
const NOT_TAKEN = [
  ...refused("/api/v1/namespaces", ["PUT", "PATCH", "DELETE"]),
  ...refused("/api/v1/namespaces/:name", ["POST"]),
  ...refused("/api/v1/secrets", ["POST", "PUT", "PATCH", "DELETE"]),
  ...refused(SECRETS, ["PUT", "PATCH"]),
  ...refused(`${SECRETS}/:name`, ["POST"]),
  ...EVENT_APIS.flatMap((api) => refused(`${api}/events`, ["POST", "PUT", "PATCH", "DELETE"])),
  ...EVENTS.flatMap((all) => refused(all, ["POST", "PUT", "PATCH", "DELETE"])),
  ...EVENTS.flatMap((all) => refused(`${all}/:name`, ["POST", "PUT", "PATCH", "DELETE"])),
];

/** What every caller gets alike, with credentials or without: health, metrics, the web app's files, discovery. */
export const OPEN_ROUTES: readonly string[] = [
  "GET /",
  "GET /*",
  "GET /.well-known/jwks.json",
  "GET /livez",
  "GET /readyz",
  "GET /healthz",
  "GET /metrics",
  "GET /version",
  "GET /api/v1/openapi.json",
  "GET /api/v1/hub",
  // What a browser logs in and out by, whatever else it sends.
  "POST /api/v1/session",
  "DELETE /api/v1/session",
  // What a browser is sent to and back by: its cookie and the provider's answer are all that is asked.
  "GET /api/v1/oidc/login",
  "GET /api/v1/oidc/callback",
  // By a code, which is all that is asked.
  "PUT /api/v1/password-reset",
  // By the secret of an invitation, likewise.
  "POST /api/v1/invitations/find",
  "GET /api",
  "GET /api/v1",
  "GET /api/v1/namespaces",
  "GET /api/v1/namespaces/:name",
  "POST /api/v1/namespaces",
  ...NOT_TAKEN,
  "GET /apis",
  "GET /apis/imagehub.sealos.io",
  "GET /apis/imagehub.sealos.io/v1",
  "GET /apis/authentication.k8s.io",
  "GET /apis/authentication.k8s.io/v1",
  "GET /apis/events.k8s.io",
  "GET /apis/events.k8s.io/v1",
  "GET /apis/authorization.k8s.io",
  "GET /apis/authorization.k8s.io/v1",
  "GET /openapi/v2",
  "GET /openapi/v3",
  "GET /openapi/v3/api/v1",
  "GET /openapi/v3/apis/imagehub.sealos.io/v1",
  "GET /openapi/v3/apis/authentication.k8s.io/v1",
  "GET /openapi/v3/apis/authorization.k8s.io/v1",
  "GET /openapi/v3/apis/events.k8s.io/v1",
];

function refused(url: string, methods: string[]): string[] {
  return [...methods, "OPTIONS"].map((method) => `${method} ${url}`);
}
