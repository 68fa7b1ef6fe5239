import assert from "node:assert/strict";
import { test } from "node:test";
import type { Admitted } from "../admission/request.ts";
import type { OrganizationPolicies, OrganizationPolicy } from "../auth/organization-policies.ts";
import type { Subject } from "../auth/subject.ts";
import { newResource, type Organization } from "../resources/kinds.ts";
import { makeOrganizations } from "./make-organization.ts";

const ANN: Subject = { kind: "user", name: "ann", administrator: false };

const CASES: [title: string, admitted: Admitted][] = [
  ["an Organization", { resource: organization("acme", "ann"), warnings: [] }],
  [
    "what is in it",
    {
      resource: newResource("Image", "acme.x.1", { spec: { name: "acme/x:1" } }),
      warnings: [],
      newOrganization: organization("acme", "ann"),
    },
  ],
];

for (const [title, admitted] of CASES) {
  test(`who creates ${title} does not take over what a push made for another since admission looked`, async () => {
    const rows = new Map([["acme", policyOf("bob")]]);
    const created: string[] = [];
    await assert.rejects(
      makeOrganizations(maker(rows, created), { operation: "create", admitted }),
      /Organization acme was just made by somebody else/,
    );
    assert.deepEqual(rows.get("acme"), policyOf("bob"));
    assert.deepEqual(created, []);
  });

  test(`who creates ${title} owns the organization, also when it is the caller's already`, async () => {
    for (const rows of [new Map<string, OrganizationPolicy>(), new Map([["acme", policyOf("ann")]])]) {
      await makeOrganizations(maker(rows, []), { operation: "create", admitted });
      assert.deepEqual(rows.get("acme"), policyOf("ann"));
    }
  });
}

/** Rows in memory. */
function maker(rows: Map<string, OrganizationPolicy>, created: string[]) {
  const policies: OrganizationPolicies = {
    find: async (name) => rows.get(name),
    async claim(name, policy) {
      if (rows.has(name)) return false;
      rows.set(name, policy);
      return true;
    },
    async set(name, policy) {
      rows.set(name, policy);
    },
    hasOwner: async () => true,
    async close(name) {
      rows.delete(name);
    },
  };
  const store = {
    async create(resource: { metadata: { name: string } }) {
      created.push(resource.metadata.name);
      return resource as never;
    },
    async get() {
      throw new Error("not asked");
    },
  };
  return { policies, store, caller: ANN };
}

function policyOf(owner: string): OrganizationPolicy {
  return { defaultVisibility: "public", members: [{ kind: "User", name: owner, role: "owner" }] };
}

function organization(name: string, owner: string): Organization {
  return newResource("Organization", name, { spec: { members: [...policyOf(owner).members] } });
}
