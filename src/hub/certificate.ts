// The library needs this polyfill before it is loaded.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** The authority stays: people put it into their trust stores. */
const CA_DAYS = 3650;
/** Apple's limit for a server certificate. */
const CERTIFICATE_DAYS = 397;

x509.cryptoProvider.set(webcrypto as Crypto);

/** Files of the hub's authority and certificate, by name. */
type PathOf = (name: string) => string;

/** Makes an authority: `ca.key` and `ca.crt`. */
export async function makeAuthority(path: PathOf): Promise<void> {
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

/** Makes a certificate for these hosts and addresses, signed by the authority: `tls.key` and `tls.crt`. */
export async function makeCertificate(path: PathOf, names: string[]): Promise<void> {
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
        names.map((value) => ({ type: isIP(value) > 0 ? "ip" : "dns", value })),
      ),
    ],
  });
  await writeKey(path("tls.key"), keys.privateKey);
  writeWhole(path("tls.crt"), `${certificate.toString("pem")}\n`, 0o644);
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
