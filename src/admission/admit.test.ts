import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Subject } from "../auth/subject.ts";
import { dataPackName } from "../resources/data-pack-name.ts";
import { newResource, type Kind, type Resource, type Spec } from "../resources/kinds.ts";
import { admit } from "./admit.ts";
import { AdmissionError, causeMessage } from "./errors.ts";
import type { AdmissionFacts, AdmissionRequest, OrganizationFacts } from "./request.ts";

const ALICE: Subject = { kind: "user", name: "alice", administrator: false };
const ADMIN: Subject = { kind: "user", name: "root", administrator: true };
const ORGANIZATION: OrganizationFacts = {
  exists: true,
  role: "owner",
  defaultVisibility: "public",
  accountExists: false,
};

interface Refusal {
  title: string;
  request: AdmissionRequest;
  code: 403 | 409 | 422;
  /** Each of them is in the message. */
  says: RegExp[];
}

const REFUSALS: Refusal[] = [
  {
    title: "anonymous creates nothing",
    request: create(repository({ name: "a/b" }), { caller: { kind: "anonymous" } }),
    code: 403,
    says: [/User "system:anonymous" cannot create resource "repositories"/, /log in first/],
  },
  {
    title: "a reader creates no Repository",
    request: create(repository({ name: "a/b" }), { facts: inOrganization({ role: "reader" }) }),
    code: 403,
    says: [/ask one of its owners/],
  },
  {
    title: "a stranger creates no Image in an organization that there is",
    request: create(image({ name: "a/b:1" }), { facts: inOrganization({ role: undefined }) }),
    code: 403,
    says: [/images\.imagehub\.sealos\.io "a\.b\.1" is forbidden/],
  },
  {
    title: "nobody makes an organization of another account's name",
    request: create(image({ name: "bob/b:1" }), {
      facts: inOrganization({ exists: false, role: undefined, accountExists: true }),
    }),
    code: 403,
    says: [/somebody else's/],
  },
  {
    title: "a publisher does not change who may see a Repository",
    request: update(
      repository({ name: "a/b", visibility: "public" }),
      repository({ name: "a/b", visibility: "private" }),
      {
        facts: inOrganization({ role: "publisher" }),
      },
    ),
    code: 403,
    says: [/only an owner of its organization changes visibility/],
  },
  {
    title: "spec.name stays",
    request: update(repository({ name: "a/b" }), { ...repository({ name: "a/b" }), spec: { name: "a/c" } }),
    code: 422,
    says: [/spec\.name: Invalid value: "a\/c": field is immutable, it is a\/b/],
  },
  {
    title: "a derived name is told",
    request: create(named("mine", image({ name: "a/b:1" }))),
    code: 422,
    says: [/metadata\.name: Invalid value: "mine": expected "a\.b\.1", which follows from spec\.name/],
  },
  {
    title: "an Image has a tag",
    request: create(named("a.b", image({ name: "a/b" }))),
    code: 422,
    says: [/expected a tag, as in a\/b:latest/],
  },
  {
    title: "a repository has an organization",
    request: create(named("b", repository({ name: "b" }))),
    code: 422,
    says: [/use org\/name, for example library\/b/],
  },
  {
    title: "all that is wrong is told at once",
    request: create(
      image({ name: "a/b:1", detail: { icon: "javascript:x", keywords: [" a"], url: "ftp://x" } }),
    ),
    code: 422,
    says: [/is invalid: \[/, /spec\.detail\.icon/, /spec\.detail\.keywords\[0\]/, /spec\.detail\.url/],
  },
  {
    title: "an address has no spaces, and no line ends",
    request: create(
      image({
        name: "a/b:1",
        detail: { url: "www.mysql.com:8080/x y", icon: "https://example.com/\nicon.png" },
      }),
    ),
    code: 422,
    says: [
      /spec\.detail\.icon: Invalid value: "https:\/\/example\.com\/\\nicon\.png": .* no spaces/,
      /spec\.detail\.url: Invalid value: "www\.mysql\.com:8080\/x y": .* no spaces/,
    ],
  },
  {
    title: "types are Kubernetes' words",
    request: create(repository({ name: "a/b", description: 3 } as never)),
    code: 422,
    says: [
      /spec\.description: Invalid value: "integer": spec\.description in body must be of type string: "integer"/,
    ],
  },
  {
    title: "choices are listed",
    request: create(repository({ name: "a/b", visibility: "secret" } as never)),
    code: 422,
    says: [/Unsupported value: "secret": supported values: "public", "private"/],
  },
  {
    title: "a pattern is made of tags' characters",
    request: create(repository({ name: "a/b", immutableTags: ["v[0-9]"] })),
    code: 422,
    says: [/spec\.immutableTags\[0\]/, /\* for any text/],
  },
  {
    title: "another namespace is refused",
    request: create({ ...repository({ name: "a/b" }), metadata: { name: "a.b", namespace: "default" } }),
    code: 422,
    says: [/metadata\.namespace/, /everything is in sealos-imagehub/],
  },
  {
    title: "what is being deleted gets no new finalizers",
    request: update(
      deleted(repository({ name: "a/b" }), ["example.com/a"]),
      deleted(repository({ name: "a/b" }), ["example.com/c", "example.com/a", "example.com/b"]),
    ),
    code: 422,
    says: [
      /metadata\.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, /,
      /found new finalizers \[\]string\{"example\.com\/b", "example\.com\/c"\}$/,
    ],
  },
  {
    title: "reserved names are nobody's",
    request: create(newResource("Organization", "api", { spec: {} }), {
      facts: inOrganization({ exists: false, role: undefined }),
    }),
    code: 403,
    says: [/the name is reserved/],
  },
  {
    title: "nobody makes a reserved organization by an Image",
    request: create(image({ name: "library/x:1" }), {
      facts: inOrganization({ exists: false, role: undefined }),
    }),
    code: 403,
    says: [/organization library is not there, and its name is reserved/, /choose another, or ask an admin/],
  },
  {
    title: "nobody makes a reserved organization by a Repository",
    request: create(repository({ name: "system/x" }), {
      facts: inOrganization({ exists: false, role: undefined }),
    }),
    code: 403,
    says: [/organization system is not there, and its name is reserved/],
  },
  {
    title: "the last owner stays",
    request: update(
      organization("a", [{ kind: "User", name: "alice", role: "owner" }]),
      organization("a", [{ kind: "User", name: "alice", role: "reader" }]),
    ),
    code: 422,
    says: [/spec\.members/, /the last one stays/],
  },
  {
    title: "a ServiceAccount alone owns nothing",
    request: create(organization("a", [{ kind: "ServiceAccount", name: "ci", role: "owner" }]), {
      facts: inOrganization({ exists: false, role: undefined }),
    }),
    code: 422,
    says: [/spec\.members: Invalid value/, /expected an owner that is there: a User with an account/],
  },
  {
    title: "the last owner that is there stays, whoever else is named",
    request: update(
      organization("a", [{ kind: "User", name: "alice", role: "owner" }]),
      organization("a", [{ kind: "User", name: "carol", role: "owner" }]),
      { facts: { ...inOrganization(), ownerExists: false } },
    ),
    code: 422,
    says: [/spec\.members/, /name one more, such as yourself/],
  },
  {
    title: "a member is named once",
    request: update(
      organization("a", []),
      organization("a", [
        { kind: "User", name: "alice", role: "owner" },
        { kind: "User", name: "alice", role: "reader" },
      ]),
    ),
    code: 422,
    says: [/spec\.members\[1\]: Duplicate value/],
  },
  {
    title: "an Organization with repositories is not deleted",
    request: remove(organization("a", []), { facts: { ...inOrganization(), repositories: 2 } }),
    code: 409,
    says: [/it has 2 repositories; delete them first/],
  },
  {
    title: "an Organization with one repository is not deleted, and one is one",
    request: remove(organization("a", []), { facts: { ...inOrganization(), repositories: 1 } }),
    code: 409,
    says: [/it has 1 repository; delete that first/],
  },
  {
    title: "the hub's latest is not deleted",
    request: remove({ ...image({ name: "a/b:latest" }), status: { aliasOf: "v2" } }),
    code: 409,
    says: [/the hub answers to latest with v2; push latest yourself/],
  },
  {
    title: "an Image of an immutable tag is not deleted",
    request: remove(
      { ...image({ name: "a/b:v1" }), status: { digest: "sha256:0" } },
      { facts: { ...inOrganization(), immutableTags: ["v*"] } },
    ),
    code: 409,
    says: [/its tag is immutable/, /"v\*"/],
  },
  {
    title: "a DataPack stays as it is",
    request: update(
      pack("sample", { type: "base", names: ["a/b"], expireTime: "2h" }),
      pack("sample", { type: "grid", names: ["a/b"], expireTime: "2h" }),
      { caller: ADMIN },
    ),
    code: 422,
    says: [/spec: Invalid value/, /create another DataPack/],
  },
  {
    title: "nobody plants data under another spec's name",
    request: create(pack("0123456789abcdef", { type: "base", names: ["a/b"] })),
    code: 422,
    says: [/16 hex digits are the hash of spec/],
  },
  {
    title: "a DataPack expires within a day",
    request: create(pack("sample", { type: "base", names: ["a/b"], expireTime: "25h" })),
    code: 422,
    says: [/spec\.expireTime/, /from 1m to 24h/],
  },
  {
    title: "a User is oneself",
    request: create(newResource("User", "bob", { spec: {} }), { facts: { accountExists: true } }),
    code: 403,
    says: [/somebody else's/],
  },
];

for (const { title, request, code, says } of REFUSALS) {
  test(`admit() refuses: ${title}`, () => {
    assert.throws(
      () => admit(request),
      (error) => {
        assert.ok(error instanceof AdmissionError, String(error));
        assert.equal(error.code, code, error.message);
        for (const pattern of says) assert.match(error.message, pattern);
        for (const cause of error.causes) assert.ok(error.message.includes(causeMessage(cause)));
        return true;
      },
    );
  });
}

test("the one who creates an Organization without owners owns it", () => {
  const facts = inOrganization({ exists: false, role: undefined });
  const { resource } = admit(create(newResource("Organization", "a", { spec: {} }), { facts }));
  assert.deepEqual(resource.spec.members, [{ kind: "User", name: "alice", role: "owner" }]);
});

test("an administrator makes an Organization for an owner that is there", () => {
  const members = [{ kind: "User" as const, name: "bob", role: "owner" as const }];
  const facts = { ...inOrganization({ exists: false, role: undefined }), ownerExists: true };
  const { resource } = admit(create(organization("a", members), { facts, caller: ADMIN }));
  assert.deepEqual(resource.spec.members, members);
});

test("an Organization whose owners are gone is changed, its members but for the better", () => {
  const gone = organization("a", [{ kind: "User", name: "carol", role: "owner" }]);
  const by = { caller: ADMIN, facts: { ...inOrganization({ role: undefined }), ownerExists: false } };
  assert.ok(admit(update(gone, { ...gone, spec: { ...gone.spec, displayName: "A" } }, by)));
  const worse = organization("a", [{ kind: "User", name: "dave", role: "owner" }]);
  assert.throws(() => admit(update(gone, worse, by)), /expected an owner that is there/);
  const better = organization("a", [{ kind: "User", name: "root", role: "owner" }]);
  assert.ok(admit(update(gone, better, by)));
});

test("members left out of an update are those that there were", () => {
  const old = organization("a", [
    { kind: "User", name: "alice", role: "owner" },
    { kind: "User", name: "bob", role: "reader" },
  ]);
  const next = { ...old, spec: { displayName: "A" } };
  assert.deepEqual(admit(update(old, next)).resource.spec, { displayName: "A", members: old.spec.members });
});

test("a missing organization is made first, owned by the caller", () => {
  const facts = inOrganization({ exists: false, role: undefined });
  const { newOrganization, resource } = admit(create(image({ name: "a/b:1" }), { facts }));
  assert.equal(newOrganization?.metadata.name, "a");
  assert.deepEqual(newOrganization?.spec.members, [{ kind: "User", name: "alice", role: "owner" }]);
  assert.equal(resource.metadata.labels?.["imagehub.sealos.io/organization"], "a");
});

test("a reserved organization is made by administrators, and is its members' to use", () => {
  const missing = inOrganization({ exists: false, role: undefined });
  const draft = image({ name: "library/x:1" });
  assert.equal(
    admit(create(draft, { facts: missing, caller: ADMIN })).newOrganization?.metadata.name,
    "library",
  );
  assert.equal(
    admit(create(draft, { facts: inOrganization({ role: "publisher" }) })).newOrganization,
    undefined,
  );
});

test("a Repository's visibility is its organization's default, written out", () => {
  const facts = inOrganization({ defaultVisibility: "private" });
  assert.equal(admit(create(repository({ name: "a/b" }), { facts })).resource.spec.visibility, "private");
});

test("visibility left out of an update is what it was, whatever the organization's default", () => {
  const old = repository({ name: "a/b", visibility: "private" });
  const next = repository({ name: "a/b", description: "B" });
  assert.equal(admit(update(old, next)).resource.spec.visibility, "private");
  // So a publisher, who may not change it, may leave it out.
  const publisher = { facts: inOrganization({ role: "publisher" }) };
  assert.equal(admit(update(old, next, publisher)).resource.spec.visibility, "private");
});

test("keywords become labels; those of the user stay, stale ones go", () => {
  const before = repository({ name: "a/b", keywords: ["Old"] });
  const next = {
    ...repository({ name: "a/b", keywords: ["MySQL"] }),
    metadata: { name: "a.b", labels: { mine: "1", "keyword.imagehub.sealos.io/old": "" } },
  };
  const labels = admit(update(before, next)).resource.metadata.labels ?? {};
  assert.equal(labels["mine"], "1");
  assert.equal(labels["keyword.imagehub.sealos.io/mysql"], "");
  assert.equal("keyword.imagehub.sealos.io/old" in labels, false);
});

test("a derived label that is given and does not follow is left out, with a warning that says from what it follows", () => {
  const labels = { "keyword.imagehub.sealos.io/foo": "", "imagehub.sealos.io/tag": "2", mine: "1" };
  const old = admit(create(image({ name: "a/b:1", detail: { keywords: ["MySQL"] } }))).resource;
  const { resource, warnings } = admit(update(old, labelled(old, labels)));
  assert.deepEqual(resource.metadata.labels, { ...old.metadata.labels, mine: "1" });
  assert.deepEqual(warnings, [
    "metadata.labels imagehub.sealos.io/tag is not kept: it follows from spec.name",
    "metadata.labels keyword.imagehub.sealos.io/foo is not kept: keyword labels follow from spec.detail.keywords; put the keyword there",
  ]);
  const draft = labelled(repository({ name: "a/b" }), { "keyword.imagehub.sealos.io/foo": "" });
  assert.match(admit(create(draft)).warnings.join(), /keyword labels follow from spec\.keywords; put the/);
  // Labels that a client sends back as it got them, and that go since their keyword went, are no news.
  const without = { ...old, spec: { ...old.spec, detail: {} } };
  assert.deepEqual(admit(update(old, without)).warnings, []);
});

test("what is being deleted may lose finalizers", () => {
  const old = deleted(repository({ name: "a/b" }), ["example.com/a", "example.com/b"]);
  const { resource } = admit(update(old, deleted(old, ["example.com/b"])));
  assert.deepEqual(resource.metadata.finalizers, ["example.com/b"]);
});

test("a DataPack without a name gets the hash of its spec, one with another a warning", () => {
  const spec: Spec<"DataPack"> = { type: "base", names: ["a/b"] };
  assert.deepEqual(admit(create(pack("", spec))).resource.metadata.name, dataPackName(spec));
  assert.match(admit(create(pack("sample", spec))).warnings[0] ?? "", /is not shared as a cache/);
});

test("administrators may change what is wrong for others, but not make it wrong", () => {
  const facts = inOrganization({ role: undefined });
  assert.ok(admit(create(repository({ name: "a/b" }), { facts, caller: ADMIN })));
  assert.throws(() => admit(create(repository({ name: "b" }), { facts, caller: ADMIN })), /is invalid/);
});

test("what was filled in is not changed by a second time, and is accepted as it is", () => {
  const segment = fc.stringMatching(/^[a-z0-9]{1,12}([._-][a-z0-9]{1,8})?$/);
  const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,30}$/);
  const keywords = fc.array(fc.stringMatching(/^[\p{L}0-9+#]{1,20}$/u), { maxLength: 20 });
  fc.assert(
    fc.property(segment, segment, tag, keywords, (organizationName, path, name, words) => {
      const drafts: Resource<Kind>[] = [
        {
          ...image({ name: `${organizationName}/${path}:${name}`, detail: { keywords: words } }),
          metadata: { name: "" },
        },
        { ...repository({ name: `${organizationName}/${path}`, keywords: words }), metadata: { name: "" } },
        pack("", {
          type: "grid",
          names: [`${organizationName}/${path}`, `${organizationName}/${path}:${name}`],
        }),
      ];
      for (const draft of drafts) {
        const once = admit(create(draft)).resource;
        assert.deepEqual(admit(create(once)).resource, once);
        assert.deepEqual(admit(update(once, once, { caller: ADMIN })).resource, once);
      }
    }),
  );
});

function create<K extends Kind>(
  resource: Resource<K>,
  { caller = ALICE, facts = inOrganization() }: { caller?: Subject; facts?: AdmissionFacts } = {},
): AdmissionRequest<K> {
  return { kind: resource.kind, operation: "create", new: resource, caller, facts };
}

function update<K extends Kind>(
  old: Resource<K>,
  resource: Resource<K>,
  options: { caller?: Subject; facts?: AdmissionFacts } = {},
): AdmissionRequest<K> {
  return { ...create(resource, options), operation: "update", old };
}

function remove<K extends Kind>(
  old: Resource<K>,
  { caller = ALICE, facts = inOrganization() }: { caller?: Subject; facts?: AdmissionFacts } = {},
): AdmissionRequest<K> {
  return { kind: old.kind, operation: "delete", old, caller, facts };
}

function inOrganization(facts: Partial<OrganizationFacts> = {}): AdmissionFacts {
  return { organization: { ...ORGANIZATION, ...facts } };
}

function named<K extends Kind>(name: string, resource: Resource<K>): Resource<K> {
  return { ...resource, metadata: { ...resource.metadata, name } };
}

function labelled<K extends Kind>(resource: Resource<K>, more: Record<string, string>): Resource<K> {
  const labels = { ...resource.metadata.labels, ...more };
  return { ...resource, metadata: { ...resource.metadata, labels } };
}

/** As it is while its finalizers are waited for. */
function deleted<K extends Kind>(resource: Resource<K>, finalizers: string[]): Resource<K> {
  const metadata = { ...resource.metadata, deletionTimestamp: "2026-01-01T00:00:00Z", finalizers };
  return { ...resource, metadata };
}

function repository(spec: Spec<"Repository">): Resource<"Repository"> {
  return newResource("Repository", spec.name.replaceAll("/", "."), { spec });
}

function image(spec: Spec<"Image">): Resource<"Image"> {
  return newResource("Image", spec.name.replaceAll(/[/:]/g, "."), { spec });
}

function organization(
  name: string,
  members: NonNullable<Spec<"Organization">["members"]>,
): Resource<"Organization"> {
  return newResource("Organization", name, { spec: { members } });
}

function pack(name: string, spec: Spec<"DataPack">): Resource<"DataPack"> {
  return newResource("DataPack", name, { spec });
}
