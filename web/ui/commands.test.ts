import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback, pullCommands, pushCommands } from "./commands.ts";

const local = { host: "127.0.0.1:5000", isPlainHttp: true };
const remote = { host: "hub.example.com", isPlainHttp: false };
const image = { name: "labring/mysql", tag: "v8.0", type: "application" };

test("pull commands name this hub, and podman is told of plain HTTP", () => {
  assert.deepEqual(
    pullCommands(image, local).map(({ line }) => line),
    [
      "docker pull 127.0.0.1:5000/labring/mysql:v8.0",
      "podman pull --tls-verify=false 127.0.0.1:5000/labring/mysql:v8.0",
      "sealos run 127.0.0.1:5000/labring/mysql:v8.0",
    ],
  );
});

test("over TLS podman checks certificates", () => {
  assert.equal(pullCommands(image, remote)[1]?.line, "podman pull hub.example.com/labring/mysql:v8.0");
});

test("a cluster image is first of all run by sealos, and a chart is pulled by Helm alone", () => {
  assert.equal(pullCommands({ ...image, type: "cluster" }, remote)[0]?.tool, "sealos");
  assert.deepEqual(pullCommands({ name: "charts/web", tag: "1.2.0_b1", type: "chart" }, local), [
    { tool: "Helm", line: "helm pull oci://127.0.0.1:5000/charts/web --version 1.2.0+b1 --plain-http" },
  ]);
});

test("push commands name this hub in every step that needs it", () => {
  const { login, build, push } = pushCommands("podman", local);
  assert.equal(login, "podman login --tls-verify=false -u admin 127.0.0.1:5000");
  assert.equal(build, "podman build -t 127.0.0.1:5000/demo/hello:v1 .");
  assert.equal(push, "podman push --tls-verify=false 127.0.0.1:5000/demo/hello:v1");
  assert.equal(pushCommands("docker", local).push, "docker push 127.0.0.1:5000/demo/hello:v1");
});

test("only this machine's own addresses are loopback", () => {
  for (const host of ["127.0.0.1:5000", "localhost", "[::1]:5000", "127.9.9.9"])
    assert.ok(isLoopback(host), host);
  for (const host of ["10.0.0.1:5000", "localhost.example.com", "127.0.0.1.example.com"]) {
    assert.ok(!isLoopback(host), host);
  }
});
