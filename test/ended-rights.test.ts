import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Member } from "../src/resources/organization.ts";
import { askAt } from "./ask.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { bearer, pushBlob, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const ask = askAt(hub);
const { accounts } = hub.context;
const PASSWORD = "correct horse battery";
for (const name of ["alice", "bob"]) await accounts.register({ name, password: PASSWORD });
const [alice, bob] = ["alice", "bob"].map((name) => basic(name, PASSWORD)) as [string, string];

const image = await buildImage({});
const [blob = ""] = image.blobs.keys();
const OWNER = { kind: "User", name: "alice", role: "owner" } as const;

test("a registry token gives nothing of a repository that became private", async () => {
  const repository = "alice/shared";
  await pushImage(hub, image, { repository, reference: "v1", authorization: alice });
  const strangers = await Promise.all(
    [undefined, bob].map((credentials) => bearer(hub, [`repository:${repository}:pull`], credentials)),
  );
  const paths = [`manifests/v1`, `blobs/${blob}`, "tags/list", `referrers/${image.digest}`];
  for (const authorization of strangers)
    for (const path of paths)
      await ask(`/v2/${repository}/${path}`, { headers: { authorization } }, { status: 200 });
  await makePrivate(hub, repository);
  for (const authorization of strangers)
    for (const path of paths) await askAsHidden(`/v2/${repository}/${path}`, "GET", authorization);
});

test("a registry token neither pulls, mounts, goes on with an upload nor deletes once its owner is no member", async () => {
  const repository = "alice/app";
  await pushImage(hub, image, { repository, reference: "v1", authorization: alice });
  await makePrivate(hub, repository);
  await setMembers([OWNER, { kind: "User", name: "bob", role: "publisher" }]);
  const scopes = [`repository:${repository}:pull,push,delete`, "repository:bob/own:pull,push"];
  const authorization = await bearer(hub, scopes, bob);
  const started = await fetch(`${hub.url}/v2/${repository}/blobs/uploads/`, {
    method: "POST",
    headers: { authorization },
  });
  const upload = started.headers.get("location") ?? "";
  await ask(`/v2/${repository}/manifests/v1`, { headers: { authorization } }, { status: 200 });
  await setMembers([OWNER]);
  for (const [path, methods] of [
    [`/v2/${repository}/manifests/v1`, ["GET", "DELETE"]],
    [`/v2/${repository}/manifests/${image.digest}`, ["GET", "DELETE"]],
    [`/v2/${repository}/blobs/${blob}`, ["GET", "DELETE"]],
    [upload, ["GET", "PATCH", "DELETE"]],
    [`${upload}?digest=${blob}`, ["PUT"]],
  ] as const)
    for (const method of methods) await askAsHidden(path, method, authorization);
  await ask(
    `/v2/${repository}/blobs/uploads/`,
    { method: "POST", headers: { authorization } },
    { status: 403, code: "DENIED" },
  );
  for (const from of [`&from=${repository}`, ""]) {
    const mount = `/v2/bob/own/blobs/uploads/?mount=${blob}${from}`;
    await ask(mount, { method: "POST", headers: { authorization } }, { status: 202 });
  }
  await ask(`/v2/${repository}/manifests/v1`, { headers: { authorization: alice } }, { status: 200 });
});

test("a first push goes on by the token that it began with", async () => {
  const authorization = await bearer(hub, ["repository:new/app:pull,push"], bob);
  const bytes = Buffer.from("in parts");
  const digest = `sha256:${"0".repeat(64)}`;
  await assert.rejects(pushBlob(hub, { repository: "new/app", digest, bytes, authorization }), /400/);
  await pushImage(hub, image, { repository: "new/app", reference: "v1", authorization });
});

async function askAsHidden(path: string, method: string, authorization: string): Promise<void> {
  const challenge = { "www-authenticate": /error="insufficient_scope"$/ };
  const answer = { status: 401, code: "UNAUTHORIZED", headers: challenge };
  await ask(path, { method, headers: { authorization } }, answer);
}

async function setMembers(members: Member[]): Promise<void> {
  const { store, controllers } = hub.context;
  await controllers.idle();
  const { metadata, ...organization } = await store.get("Organization", "alice");
  const { resourceVersion: _, ...rest } = metadata;
  await store.update({ ...organization, metadata: rest, spec: { ...organization.spec, members } });
  await controllers.idle();
}
