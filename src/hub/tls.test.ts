import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, get } from "node:https";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { ConfigError } from "./errors.ts";
import { loadTls, type TlsMaterial } from "./tls.ts";

const root = mkdtempSync(join(tmpdir(), "imagehub-tls-"));
after(() => rmSync(root, { recursive: true }));

test("a client that trusts ca.crt connects by every name, and one that does not is refused", async () => {
  const folder = join(root, "client");
  const material = await loadTls({ folder, names: ["hub.example.com"] });
  const server = createServer(material, (_request, response) => response.end("hello"));
  after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const ca = readFileSync(join(folder, "ca.crt"), "utf8");
  const ask = async (servername: string, trusted?: string): Promise<string> => {
    const options = { port, host: "127.0.0.1", servername, agent: false, ...(trusted && { ca: trusted }) };
    const [response] = (await once(get(options), "response")) as [IncomingMessage];
    return text(response);
  };
  for (const name of ["localhost", "hub.example.com", hostname()]) assert.equal(await ask(name, ca), "hello");
  await assert.rejects(ask("other.example.com", ca), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  await assert.rejects(ask("localhost"), { code: "SELF_SIGNED_CERT_IN_CHAIN" });
});

test("the authority is made once, and the certificate stays while it is good", async () => {
  const folder = join(root, "once");
  const first = await loadTls({ folder, names: [] });
  assert.deepEqual(await loadTls({ folder, names: [] }), first);
});

test("the certificate is made anew when names change, by the same authority", async () => {
  const folder = join(root, "names");
  const first = await loadTls({ folder, names: [] });
  const second = await loadTls({ folder, names: ["192.0.2.1", "new.example.com"] });
  assert.equal(second.ca, first.ca);
  const certificate = new X509Certificate(second.cert);
  assert.equal(certificate.checkIP("192.0.2.1"), "192.0.2.1");
  assert.ok(certificate.checkHost("new.example.com"));
  assert.ok(certificate.verify(new X509Certificate(first.ca ?? "").publicKey));
});

test("a start that was killed between two files of a pair ends in a whole pair at the next", async () => {
  const other = join(root, "other");
  await loadTls({ folder: other, names: [] });
  for (const name of ["tls.key", "ca.key"]) {
    const folder = join(root, `half-${name}`);
    await loadTls({ folder, names: [] });
    copyFileSync(join(other, name), join(folder, name));
    assert.ok(isWhole(await loadTls({ folder, names: [] })), name);
    rmSync(join(folder, name));
    assert.ok(isWhole(await loadTls({ folder, names: [] })), name);
  }
});

test("keys are their owner's alone", async () => {
  const folder = join(root, "modes");
  await loadTls({ folder, names: [] });
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of ["ca.key", "tls.key"]) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
});

test("the operator's own files are taken, and refused by name when they are no pair", async () => {
  const folder = join(root, "own");
  const other = join(root, "foreign");
  await loadTls({ folder, names: [] });
  await loadTls({ folder: other, names: [] });
  const cert = join(folder, "tls.crt");
  const own = { cert, key: join(folder, "tls.key") };
  const material = await loadTls({ folder: join(root, "unused"), names: [], files: own });
  assert.equal(material.cert, readFileSync(cert, "utf8"));
  for (const key of [join(other, "tls.key"), join(root, "absent")]) {
    await assert.rejects(
      loadTls({ folder, names: [], files: { cert, key } }),
      (error) => error instanceof ConfigError && error.message.includes(key),
    );
  }
});

function isWhole({ cert, key, ca }: TlsMaterial): boolean {
  createServer({ cert, key });
  return new X509Certificate(cert).verify(new X509Certificate(ca ?? "").publicKey);
}
