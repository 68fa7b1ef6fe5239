import * as fc from "fast-check";
import { digestOf } from "../../src/oci/digest.ts";
import { OCI_INDEX, OCI_MANIFEST } from "../../src/oci/media-types.ts";
import { mutatedJson } from "../mutated-json.ts";

/** A request whose HTTP is right, whatever it asks for. */
export interface AnyRequest {
  method: string;
  path: string;
  headers: [string, string][];
  body: Buffer;
}

const EMPTY = digestOf(Buffer.alloc(0));
const STRANGE = [
  "..",
  "%2e%2e",
  "%2f",
  "%5c",
  "\\",
  "%00",
  "%",
  "%zz",
  "%ff%fe",
  "%C3%A9",
  "a".repeat(400),
  "~",
  "%25",
  "'",
  '"',
  "<b>",
  ";",
  "@",
  "*",
  "",
  ".",
];

const strange = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.webPath(),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
);
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("org", "app", "library", "v1", "latest") },
  strange,
);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("org/app", "fuzz/one", "fuzz/two") },
  fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
);
const digest = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      EMPTY,
      EMPTY.replace(":", "%3A"),
      `sha256:${"a".repeat(64)}`,
      `sha512:${"0".repeat(128)}`,
    ),
  },
  strange,
);
const reference = fc.oneof(fc.constantFrom("v1", "latest", "V_2"), digest);

const REGISTRY = [
  "/v2/",
  "/v2",
  "/v2/_catalog",
  "/v2/NAME/tags/list",
  "/v2/NAME/manifests/REFERENCE",
  "/v2/NAME/manifests/REFERENCE",
  "/v2/NAME/blobs/DIGEST",
  "/v2/NAME/blobs/uploads/",
  "/v2/NAME/blobs/uploads/SEGMENT",
  "/v2/NAME/referrers/DIGEST",
  "/v2/NAME",
];
const GROUP = "/apis/imagehub.sealos.io/v1";
const OTHERS = [
  "/token",
  "/token/SEGMENT",
  "/v1/search",
  "/api/v1/search",
  "/api/v1/suggest",
  "/api/v1/me",
  "/api/v1/users",
  "/api/v1/openapi.json",
  "/api/v1/images/NAME/-/REFERENCE/readme",
  "/api/v1/jobs",
  "/api/v1/jobs/SEGMENT",
  "/api/v1/SEGMENT",
  "/apis",
  GROUP,
  `${GROUP}/images`,
  `${GROUP}/repositories`,
  `${GROUP}/SEGMENT`,
  `${GROUP}/namespaces/sealos-imagehub/repositories`,
  `${GROUP}/namespaces/sealos-imagehub/images/SEGMENT`,
  `${GROUP}/namespaces/SEGMENT/organizations/SEGMENT`,
  "/api/v1/secrets",
  "/api/v1/namespaces/sealos-imagehub/secrets",
  "/api/v1/namespaces/sealos-imagehub/secrets/SEGMENT",
  "/api/v1/namespaces/SEGMENT/secrets",
  "/livez",
  "/SEGMENT",
  "/assets/SEGMENT",
  "/r/NAME",
];

const number = fc.constantFrom("0", "1", "-1", "10", "1e9", "99999999999999999999", "NaN", "0x10", "", "1.5");
const text = fc.oneof(
  strange,
  fc.constantFrom(
    "mysql",
    "a AND b",
    '"',
    "NEAR(",
    "数据库",
    "registry:catalog:*",
    "repository:org/app:pull,push",
    "a=b",
    "a in (b,c)",
    "metadata.name=%00",
    "(".repeat(500),
  ),
);
const PARAMETERS: [string, fc.Arbitrary<string>][] = [
  ...["n", "limit", "page", "resourceVersion"].map((key): [string, fc.Arbitrary<string>] => [key, number]),
  ...["digest", "mount"].map((key): [string, fc.Arbitrary<string>] => [key, digest]),
  ["from", name],
  ...[
    "last",
    "tag",
    "q",
    "scope",
    "service",
    "continue",
    "artifactType",
    "digest-algorithm",
    "labelSelector",
    "fieldSelector",
    "sort",
    "keyword",
    "platform",
    "__proto__",
  ].map((key): [string, fc.Arbitrary<string>] => [key, text]),
];
const query = fc
  .array(fc.oneof(...PARAMETERS.map(([key, value]) => value.map((each) => `${key}=${each}`)), strange), {
    maxLength: 4,
  })
  .map((parts) => (parts.length === 0 ? "" : `?${parts.join("&")}`));

const path = fc
  .tuple(
    fc.oneof(fc.constantFrom(...REGISTRY), fc.constantFrom(...OTHERS)),
    name,
    reference,
    digest,
    segment,
    query,
  )
  .map(
    ([route, itsName, itsReference, itsDigest, itsSegment, rest]) =>
      route
        .replace("NAME", () => itsName)
        .replace("REFERENCE", () => itsReference)
        .replace("DIGEST", () => itsDigest)
        .replaceAll("SEGMENT", () => itsSegment) + rest,
  )
  .map(forRequestLine);

const METHODS = ["GET", "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];
const DESCRIPTOR = { mediaType: "a/b", digest: EMPTY, size: 0 };
const SECRET = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "app", labels: { a: "b" } },
  type: "helm.sh/release.v1",
  data: { release: "YQ==" },
};
const manifest = mutatedJson([
  {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: DESCRIPTOR,
    layers: [DESCRIPTOR],
    artifactType: "x/y",
  },
  { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [DESCRIPTOR], subject: DESCRIPTOR },
  { name: "someone", password: "long enough", displayName: "x" },
  SECRET,
]).map((json) => Buffer.from(json));
const body = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  manifest,
  fc
    .constantFrom(
      "grant_type=password&username=%00&password=x",
      "grant_type=refresh_token",
      "scope=a&scope=b",
    )
    .map((form) => Buffer.from(form)),
);

const HEADERS: [string, fc.Arbitrary<string>][] = [
  [
    "content-type",
    fc.constantFrom(
      OCI_MANIFEST,
      OCI_INDEX,
      "application/json",
      "application/x-www-form-urlencoded",
      "application/merge-patch+json",
      "application/vnd.kubernetes.protobuf",
      "application/octet-stream",
      ";",
      "text/plain; charset=x",
      "a".repeat(500),
    ),
  ],
  [
    "range",
    fc.constantFrom(
      "bytes=0-",
      "bytes=-0",
      "bytes=5-2",
      "bytes=0-0,1-1",
      "bytes=99999999999999999999-",
      "lines=1",
    ),
  ],
  ["content-range", fc.constantFrom("0-10", "5-2", "bytes 0-1/2", "x", "-", "99999999999999-99999999999999")],
  ["if-none-match", fc.constantFrom("*", `"${EMPTY}"`, '"', 'W/"x', '"'.repeat(999))],
  [
    "accept",
    fc.constantFrom(
      OCI_MANIFEST,
      "*/*",
      ",",
      "application/json;as=Table;g=meta.k8s.io;v=v1",
      "x".repeat(500),
    ),
  ],
  ["accept-encoding", fc.constantFrom("gzip", "br;q=9", "identity;q=0", "*;q=0")],
  ["expect", fc.constantFrom("100-continue", "100-continue", "100-Continue", "200-ok")],
  ["host", fc.constantFrom("evil", "[::1]:5000", "a:b:c", "")],
  ["x-forwarded-proto", fc.constantFrom("https", "javascript")],
  ["x-forwarded-host", fc.constantFrom("evil.example", '"><script>')],
  ["origin", fc.constantFrom("null", "http://evil.example")],
  ["x-http-method-override", fc.constant("DELETE")],
  ["upgrade", fc.constantFrom("websocket", "h2c")],
];

/** A random request; `credentials` are Authorization headers that are worth something. */
export function anyRequest(credentials: readonly string[]): fc.Arbitrary<AnyRequest> {
  const authorization = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...credentials) },
    fc.constantFrom(
      "",
      "Bearer x.y.z",
      "Bearer",
      "Basic",
      "Basic AA==",
      `Basic ${Buffer.from("a\0:b").toString("base64")}`,
      "Negotiate x",
    ),
  );
  return fc.record({
    method: fc.constantFrom(...METHODS),
    path,
    headers: fc
      .tuple(
        authorization,
        fc.array(
          fc.oneof(...HEADERS.map(([key, value]) => value.map((each): [string, string] => [key, each]))),
          { maxLength: 4 },
        ),
      )
      .map(([credential, others]): [string, string][] => [
        ...(credential === "" ? [] : [["authorization", credential] as [string, string]]),
        ...others,
      ]),
    body,
  });
}

/** As bytes on the wire, on a connection that ends with the answer. */
export function requestBytes({ method, path: target, headers, body: bytes }: AnyRequest): Buffer {
  const own = headers.some(([key]) => key === "host") ? [] : ["host: hub"];
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...own,
    ...headers.map(([key, value]) => `${key}: ${value}`),
    `content-length: ${bytes.length}`,
    "connection: close",
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
}

/** What a request line cannot hold is escaped. */
function forRequestLine(target: string): string {
  return target.replaceAll(/[^\x21-\x7E]/g, (character) => encodeURIComponent(character.toWellFormed()));
}
