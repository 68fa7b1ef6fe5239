import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import type { Kind, Resource } from "../src/resources/kinds.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store, controllers, search, accounts, recorder } = hub.context;
const PASSWORD = "correct horse battery";
const RESOURCES = "/apis/imagehub.sealos.io/v1";
const EVENTS = "/api/v1/namespaces/sealos-imagehub/events";
const NAMED = `${RESOURCES}/namespaces/sealos-imagehub`;

/** Alike in all but their visibility, so that only that can make a difference. */
const NAMES = { public: "org/open", private: "org/shut", absent: "org/gone" };
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello\n\nSome words" } }] });
const signature = await buildImage({
  manifest: { subject: { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length } },
});
for (const repository of [NAMES.public, NAMES.private]) {
  await pushImage(hub, image, { repository, reference: "v1" });
  await pushImage(hub, signature, { repository, reference: signature.digest });
}
for (const name of ["alice", "bob"]) await accounts.register({ name, password: PASSWORD });
await settle();
await change("Organization", "org", (spec) => ({
  ...spec,
  members: [
    { kind: "User", name: "admin", role: "owner" },
    { kind: "User", name: "alice", role: "reader" },
  ],
}));
await setVisibility(NAMES.private, "private");
await recorder.flush();

const CALLERS: Record<string, string | undefined> = {
  anonymous: undefined,
  stranger: basic("bob", PASSWORD),
  member: basic("alice", PASSWORD),
  administrator: hub.admin,
};

/** Alice's, narrowed to the private repository, or to another: by these it is seen, or not, as by its owner. */
for (const [what, repository] of Object.entries({
  "token for it": NAMES.private,
  "token for another": "org/x",
})) {
  const words = { name: what, scopes: ["read"] as const, repositories: [repository], expiresAt: undefined };
  const { token } = await hub.context.personalTokens.create("alice", words);
  CALLERS[what] = basic("alice", token);
}
/** Lists that know organizations, not repositories, show a token for some what is public. */
const SHOWN_BY_ORGANIZATION = /catalog|search|suggestions/;

interface Asked {
  repository: string;
  credentials: string | undefined;
}

interface Seen {
  isShown: boolean;
  /** The whole answer, to be compared. */
  answer: string;
}

/** Every way to learn of a repository → what a caller gets. */
const WAYS: Record<string, (asked: Asked) => Promise<Seen>> = {
  "/v2 manifest": registry((name) => `${name}/manifests/v1`),
  "/v2 manifest by digest": registry((name) => `${name}/manifests/${image.digest}`),
  "/v2 blob": registry((name) => `${name}/blobs/${[...image.blobs.keys()][0]}`),
  "/v2 tags": registry((name) => `${name}/tags/list`),
  // A registry answers with an empty list for what is absent: OCI specification, "Listing Referrers".
  "/v2 referrers": registry((name) => `${name}/referrers/${image.digest}`, { shown: signature.digest }),
  "/v2 catalog": registry(() => "_catalog", { scope: "registry:catalog:*", list: true }),
  "/apis Image": api((name) => `${NAMED}/images/${name.replace("/", ".")}.v1`),
  "/apis Repository": api((name) => `${NAMED}/repositories/${name.replace("/", ".")}`),
  "/apis Images": api(() => `${RESOURCES}/images`, { list: true }),
  "/apis Images by field": api((name) => `${RESOURCES}/images?fieldSelector=spec.name=${name}:v1`, {
    list: true,
  }),
  "/apis Repositories": api(() => `${NAMED}/repositories`, { list: true }),
  "/apis Repositories by label": api(
    (name) =>
      `${NAMED}/repositories?labelSelector=imagehub.sealos.io/repository=${name.slice("org/".length)}`,
    { list: true },
  ),
  "/api Events": api((name) => `/api/v1/events?fieldSelector=involvedObject.name=${name.replace("/", ".")}`, {
    list: true,
  }),
  "/api Event": async (asked) => {
    const name = await eventAbout(asked.repository);
    return api(() => `${EVENTS}/${name}`)(asked);
  },
  "/apis Organization": api(() => `${NAMED}/organizations/org`, { list: true }),
  search: api((name) => `/api/v1/search?q=${name}`, { list: true }),
  "search by keyword of the README": api(() => "/api/v1/search?q=words", { list: true }),
  "search of an organization": api(() => "/api/v1/search?organization=org", { list: true }),
  suggestions: api((name) => `/api/v1/suggest?q=${name}`, { list: true }),
  "docker search": api(() => "/v1/search?q=org", { list: true }),
  README: api((name) => `/api/v1/images/${name}/-/v1/readme`),
};

for (const [way, look] of Object.entries(WAYS)) {
  for (const [caller, credentials] of Object.entries(CALLERS)) {
    test(`${way}: ${caller} sees what it may read, and what is private as if it were absent`, async () => {
      const maySee =
        caller === "member" ||
        caller === "administrator" ||
        (caller === "token for it" && !SHOWN_BY_ORGANIZATION.test(way));
      const seen = {
        public: await look({ repository: NAMES.public, credentials }),
        private: await look({ repository: NAMES.private, credentials }),
        absent: await look({ repository: NAMES.absent, credentials }),
      };
      assert.equal(seen.public.isShown, true, seen.public.answer);
      assert.equal(seen.private.isShown, maySee, seen.private.answer);
      assert.equal(seen.absent.isShown, false, seen.absent.answer);
      if (!maySee) assert.equal(seen.private.answer, seen.absent.answer);
    });
  }
}

test("what is hidden is not counted, and no page of a list is shorter for it", async () => {
  const shown: string[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ limit: "1", ...(token !== undefined && { continue: token }) });
    const page = await getJson<List>(`${RESOURCES}/images?${query}`);
    assert.equal(page.items.length, 1);
    shown.push(...page.items.map(({ spec }) => spec.name));
    token = page.metadata.continue;
    assert.doesNotMatch(Buffer.from(token ?? "", "base64url").toString("latin1"), /org/);
    assert.equal("remainingItemCount" in page.metadata, false);
  } while (token !== undefined);
  assert.deepEqual(shown, ["org/open:latest", "org/open:v1"]);
  const found = await getJson<{ total: number; facets: { organization: unknown } }>("/api/v1/search?q=");
  assert.equal(found.total, 1);
  assert.deepEqual(found.facets.organization, [{ value: "org", count: 1 }]);
});

test(
  "a watch shows each what it may read, and takes back what it may no longer",
  { timeout: 20_000 },
  async () => {
    const { metadata } = await getJson<List>(`${RESOURCES}/images`);
    const images = `${RESOURCES}/images?watch=1&resourceVersion=${metadata.resourceVersion}`;
    const anonymous = await watch(images);
    const member = await watch(images, CALLERS["member"]);
    const repositories = await watch(`${RESOURCES}/repositories?watch=1`);
    assert.deepEqual(await repositories.next(), "ADDED org.open");
    await pushImage(hub, image, { repository: NAMES.private, reference: "v2" });
    await settle();
    await pushImage(hub, image, { repository: NAMES.public, reference: "v2" });
    assert.match(await anonymous.next(), /^(?:ADDED|MODIFIED) org\.open\./);
    assert.match(await member.next(), /^(?:ADDED|MODIFIED) org\.shut\./);

    await settle();
    await setVisibility(NAMES.public, "private");
    let last = "";
    while (!last.startsWith("DELETED")) last = await repositories.next();
    assert.equal(last, "DELETED org.open");
    await setVisibility(NAMES.public, "public");
    assert.match(await repositories.next(), / org\.open$/);
    for (const each of [anonymous, member, repositories]) each.stop();
  },
);

test("a new visibility holds at once for tokens given before", async () => {
  const authorization = await bearer(hub, [`repository:${NAMES.public}:pull`]);
  await setVisibility(NAMES.public, "private");
  const again = await bearer(hub, [`repository:${NAMES.public}:pull`]);
  assert.notEqual(again, authorization);
  const response = await fetch(`${hub.url}/v2/${NAMES.public}/manifests/v1`, {
    headers: { authorization: again },
  });
  assert.equal(response.status, 401);
  await setVisibility(NAMES.public, "public");
});

interface List {
  metadata: { resourceVersion: string; continue?: string };
  items: { spec: { name: string } }[];
}

/** The name of an event about a repository; of one that is absent, a name that no event has. */
async function eventAbout(repository: string): Promise<string> {
  const query = `fieldSelector=involvedObject.name=${repository.replace("/", ".")}`;
  const response = await fetch(`${hub.url}${EVENTS}?${query}`, { headers: { authorization: hub.admin } });
  const { items } = (await response.json()) as { items: { metadata: { name: string } }[] };
  return items[0]?.metadata.name ?? `${repository.replace("/", ".")}.0123456789abcdef`;
}

/** Asks `/v2` as clients do: with a token for what is asked. */
function registry(
  pathOf: (repository: string) => string,
  { scope, list = false, shown = "" }: { scope?: string; list?: boolean; shown?: string } = {},
) {
  return async ({ repository, credentials }: Asked): Promise<Seen> => {
    const authorization = await bearer(hub, [scope ?? `repository:${repository}:pull`], credentials);
    const seen = await see(`/v2/${pathOf(repository)}`, { repository, authorization, list });
    return { ...seen, isShown: seen.isShown && seen.answer.includes(shown) };
  };
}

function api(pathOf: (repository: string) => string, { list = false }: { list?: boolean } = {}) {
  return ({ repository, credentials }: Asked): Promise<Seen> =>
    see(pathOf(repository), { repository, authorization: credentials, list });
}

/** In a list a repository is shown when it is named; else when the answer is 200. */
async function see(
  path: string,
  {
    repository,
    authorization,
    list,
  }: { repository: string; authorization: string | undefined; list: boolean },
): Promise<Seen> {
  const response = await fetch(hub.url + path, {
    headers: authorization === undefined ? {} : { authorization },
  });
  const body = await response.text();
  const headers = ["www-authenticate", "content-type", "link"].map((name) => response.headers.get(name));
  const answer = [response.status, ...headers, body]
    .join("\n")
    .replaceAll(repository, "NAME")
    .replaceAll(repository.replace("/", "."), "NAME")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
    .replaceAll(/\.[0-9a-f]{16}\b/g, ".HASH");
  if (list) assert.equal(response.status, 200, body);
  const isNamed = body.includes(repository) || body.includes(repository.replace("/", "."));
  return { isShown: list ? isNamed : response.status === 200, answer };
}

async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(hub.url + path);
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}

async function watch(path: string, authorization?: string) {
  const stopping = new AbortController();
  const response = await fetch(hub.url + path, {
    headers: authorization === undefined ? {} : { authorization },
    signal: stopping.signal,
  });
  assert.ok(response.body);
  const lines = createInterface({ input: Readable.fromWeb(response.body) })[Symbol.asyncIterator]();
  return {
    async next(): Promise<string> {
      const { value } = await lines.next();
      const event = JSON.parse(value as string) as { type: string; object: Resource<Kind> };
      return `${event.type} ${event.object.metadata.name}`;
    },
    stop: () => stopping.abort(),
  };
}

async function setVisibility(repository: string, visibility: "public" | "private"): Promise<void> {
  await change("Repository", repository.replace("/", "."), (spec) => ({ ...spec, visibility }));
}

/** Changes a spec, as its user would, and waits until all that follows from it is done. */
async function change<K extends Kind>(
  kind: K,
  name: string,
  edit: (spec: Resource<K>["spec"]) => Resource<K>["spec"],
): Promise<void> {
  const resource = await store.get(kind, name);
  const { resourceVersion: _, ...metadata } = resource.metadata;
  await store.update({ ...resource, metadata, spec: edit(resource.spec) });
  await settle();
}

async function settle(): Promise<void> {
  await controllers.idle();
  await search.caughtUp();
}
