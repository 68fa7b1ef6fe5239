import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";
import { resourceSchema } from "../resources/custom-resource-definition.ts";

const hub = await startTestHub();
after(() => hub.stop());
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const V3 = "/openapi/v3/apis/imagehub.sealos.io/v1";

test("a client that takes no JSON is told what there is", async () => {
  for (const path of ["/apis", "/openapi/v2", V3]) {
    const response = await ask(path, { accept: "application/vnd.kubernetes.protobuf" });
    assert.equal(response.status, 406, path);
    assert.equal(((await response.json()) as { reason: string }).reason, "NotAcceptable");
  }
});

test("a namespace that is not there is not found", async () => {
  const response = await ask("/api/v1/namespaces/default");
  assert.equal(response.status, 404);
  assert.match(await response.text(), /namespaces \\"default\\" not found/);
});

test("discovery lists the same in one answer and step by step", async () => {
  const response = await ask("/apis", { accept: `${AGGREGATED},application/json` });
  assert.equal(response.headers.get("content-type"), AGGREGATED);
  const { items } = (await response.json()) as Aggregated;
  const { groups } = await json<{ groups: { name: string }[] }>("/apis");
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    groups.map(({ name }) => name),
  );
  for (const { metadata, versions } of items) {
    const list = await json<{ resources: { name: string }[] }>(`/apis/${metadata.name}/v1`);
    const rows = versions.flatMap(({ resources }) =>
      resources.flatMap(({ resource, subresources = [] }) => [
        resource,
        ...subresources.map(({ subresource }) => `${resource}/${subresource}`),
      ]),
    );
    assert.deepEqual(
      rows,
      list.resources.map(({ name }) => name),
    );
  }
});

test("an OpenAPI document that is asked for by its hash may be kept forever, by another is elsewhere", async () => {
  const { paths } = await json<{ paths: Record<string, { serverRelativeURL: string }> }>("/openapi/v3");
  const url = paths["apis/imagehub.sealos.io/v1"]?.serverRelativeURL ?? "";
  const response = await ask(url);
  assert.match(response.headers.get("cache-control") ?? "", /immutable/);
  const again = await ask(url, { "if-none-match": response.headers.get("etag") ?? "" });
  assert.equal(again.status, 304);
  const stale = await ask(`${V3}?hash=AB`);
  assert.equal(stale.status, 301);
  assert.equal(stale.headers.get("location"), url);
});

test("no reference of an OpenAPI document leads nowhere", async () => {
  const { paths } = await json<{ paths: Record<string, { serverRelativeURL: string }> }>("/openapi/v3");
  const urls = Object.values(paths).map(({ serverRelativeURL }) => serverRelativeURL);
  assert.equal(urls.length, 5);
  for (const path of [...urls, "/openapi/v2"]) {
    const document = await json<V3Document>(path);
    const named = [...JSON.stringify(document).matchAll(/"\$ref":"#[\w/]*\/([\w.]+)"/g)];
    assert.ok(named.length > 0);
    const schemas = path === "/openapi/v2" ? document.definitions : document.components.schemas;
    for (const [, name = ""] of named) assert.ok(schemas[name], `${path}: ${name}`);
  }
});

test("every kind that is served has a schema, by which kubectl explain knows it", async () => {
  const { definitions } = await json<V3Document>("/openapi/v2");
  const known = Object.values(definitions).flatMap(
    (schema) =>
      (schema as { "x-kubernetes-group-version-kind"?: { group: string; kind: string }[] })[
        "x-kubernetes-group-version-kind"
      ] ?? [],
  );
  for (const wanted of [
    { group: "", kind: "Event" },
    { group: "", kind: "NamespaceList" },
    { group: "", kind: "SecretList" },
    { group: "events.k8s.io", kind: "Event" },
    { group: "authentication.k8s.io", kind: "SelfSubjectReview" },
    { group: "authorization.k8s.io", kind: "SelfSubjectAccessReview" },
    { group: "authorization.k8s.io", kind: "SelfSubjectRulesReview" },
    { group: "imagehub.sealos.io", kind: "Image" },
  ]) {
    assert.ok(
      known.some(({ group, kind }) => group === wanted.group && kind === wanted.kind),
      wanted.kind,
    );
  }
});

test("OpenAPI 3 has the rules and defaults of the CustomResourceDefinitions, as that of Kubernetes has", async () => {
  const { components } = await json<V3Document>(V3);
  for (const kind of ["DataPack", "Organization"] as const) {
    const schema = resourceSchema(kind);
    const served = components.schemas[`io.sealos.imagehub.v1.${kind}`] as typeof schema;
    assert.deepEqual(served.properties?.["spec"], schema.properties?.["spec"]);
    assert.deepEqual(served["x-kubernetes-validations"], schema["x-kubernetes-validations"]);
    assert.match(JSON.stringify(served), /"x-kubernetes-validations":\[\{"rule"/);
  }
});

test("OpenAPI 2 comes in protobuf for who asks for that before JSON", async () => {
  const type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
  const response = await ask("/openapi/v2", { accept: `${type}, application/json;q=0.5` });
  assert.equal(response.headers.get("content-type"), type);
  assert.equal(
    Buffer.from(await response.arrayBuffer())
      .subarray(0, 5)
      .toString(),
    "\n\u00032.0",
  );
});

test("the OpenAPI document says that a patch is validated by the server, of which kind it is", async () => {
  const { paths } = await json<V3Document>(V3);
  const { patch } = paths["/apis/imagehub.sealos.io/v1/namespaces/{namespace}/images/{name}"] ?? {};
  const names = patch?.parameters.map(({ name }) => name);
  for (const name of ["fieldValidation", "dryRun", "fieldManager", "force"]) assert.ok(names?.includes(name));
  assert.deepEqual(patch?.["x-kubernetes-group-version-kind"], {
    group: "imagehub.sealos.io",
    version: "v1",
    kind: "Image",
  });
});

test("the OpenAPI document says what may be asked of Secrets, and no more", async () => {
  const { paths } = await json<V3Document>("/openapi/v3/api/v1");
  const all = paths["/api/v1/namespaces/{namespace}/secrets"];
  const one = paths["/api/v1/namespaces/{namespace}/secrets/{name}"];
  assert.deepEqual(Object.keys(one?.patch?.requestBody?.content ?? {}), [
    "application/json-patch+json",
    "application/merge-patch+json",
  ]);
  const listed = all?.get?.parameters.map(({ name }) => name) ?? [];
  assert.ok(listed.includes("labelSelector") && !listed.includes("watch"));
  const events = paths["/api/v1/namespaces/{namespace}/events"]?.get?.parameters.map(({ name }) => name);
  assert.ok(events?.includes("watch"));
});

interface Aggregated {
  items: {
    metadata: { name: string };
    versions: { resources: { resource: string; subresources?: { subresource: string }[] }[] }[];
  }[];
}

interface V3Document {
  paths: Record<
    string,
    {
      get?: { parameters: { name: string }[] };
      patch?: {
        parameters: { name: string }[];
        requestBody?: { content: object };
        "x-kubernetes-group-version-kind": object;
      };
    }
  >;
  components: { schemas: Record<string, object> };
  definitions: Record<string, object>;
}

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(hub.url + path, { headers, redirect: "manual" });
}

async function json<T>(path: string): Promise<T> {
  const response = await ask(path, { accept: "application/json" });
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}
