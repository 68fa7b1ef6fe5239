import { webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** The authority stays: people put it into their trust stores. */
const CA_DAYS = 3650;
/** Apple's limit for a server certificate. */
const CERTIFICATE_DAYS = 397;
/** A certificate with less left is made anew at start. */
const RENEW_DAYS = 60;

export interface TlsMaterial {
  cert: string;
  key: string;
  /** The authority to trust; undefined for the operator's own certificate. */
  ca?: string;
}

/** The operator's certificate, or one of the hub's own authority, which is made in `folder` at the first start. */
export async function loadTls(options: {
  folder: string;
  files?: { cert: string; key: string } | undefined;
  names: string[];
}): Promise<TlsMaterial> {
  const { folder, files } = options;
  if (files) return { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  x509.cryptoProvider.set(webcrypto as Crypto);
  const path = (name: string) => join(folder, name);
  if (!existsSync(path("ca.crt"))) await makeAuthority(path);
  const names = [...new Set(["localhost", "127.0.0.1", "::1", hostname(), ...options.names])];
  if (!isUsable(path("tls.crt"), names)) await makeCertificate(path, names);
  const read = (name: string) => readFileSync(path(name), "utf8");
  return { cert: read("tls.crt") + read("ca.crt"), key: read("tls.key"), ca: read("ca.crt") };
}

async function makeAuthority(path: (name: string) => string): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=ImageHub CA",
    keys,
    notAfter: new Date(Date.now() + CA_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  await writeKey(path("ca.key"), keys.privateKey);
  writeWhole(path("ca.crt"), `${certificate.toString("pem")}\n`, 0o644);
}

async function makeCertificate(path: (name: string) => string, names: string[]): Promise<void> {
  const authority = new x509.X509Certificate(readFileSync(path("ca.crt"), "utf8"));
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=ImageHub",
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: await readKey(path("ca.key")),
    notAfter: new Date(Date.now() + CERTIFICATE_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? "ip" : "dns", value })),
      ),
    ],
  });
  await writeKey(path("tls.key"), keys.privateKey);
  writeWhole(path("tls.crt"), `${certificate.toString("pem")}\n`, 0o644);
}

/** Whether the certificate is there, lasts a while and covers the names. */
function isUsable(file: string, names: string[]): boolean {
  if (!existsSync(file)) return false;
  const certificate = new x509.X509Certificate(readFileSync(file, "utf8"));
  const covered =
    certificate
      .getExtension(x509.SubjectAlternativeNameExtension)
      ?.names.toJSON()
      .map(({ value }) => value) ?? [];
  const lasts = certificate.notAfter.getTime() - Date.now() > RENEW_DAYS * DAY_MS;
  return lasts && names.every((name) => covered.includes(name));
}

function isAddress(name: string): boolean {
  return name.includes(":") || /^[\d.]+$/.test(name);
}

async function writeKey(file: string, key: webcrypto.CryptoKey): Promise<void> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  writeWhole(file, `${x509.PemConverter.encode(der, "PRIVATE KEY")}\n`, 0o600);
}

async function readKey(file: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(readFileSync(file, "utf8"));
  if (!der) throw new Error(`Cannot read key ${file}: expected PEM`);
  return webcrypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}

/** Whole or not at all: a start that is killed in the middle must not leave half a key. */
function writeWhole(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}
