import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { makeFolders } from "../blob-storage/make-folders.ts";
import { ConfigError } from "./errors.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A certificate with less left is made anew at start. */
const RENEW_DAYS = 60;

export interface TlsMaterial {
  cert: string;
  key: string;
  /** The authority to trust; undefined for the operator's own certificate. */
  ca?: string;
}

export interface TlsOptions {
  /** Where the hub's authority and certificate are kept. */
  folder: string;
  /** The operator's own. */
  files?: { cert: string; key: string } | undefined;
  /** Hosts and addresses by which clients reach the hub, beside this machine's. */
  names: string[];
}

/**
 * The operator's certificate, or one of the hub's own authority, which is made in `folder` at the first start.
 * @throws ConfigError when the operator's files cannot be used
 */
export async function loadTls({ folder, files, names }: TlsOptions): Promise<TlsMaterial> {
  if (files) return readFiles(files);
  await makeFolders(folder, { mode: 0o700 });
  const path = (name: string) => join(folder, name);
  const all = [...new Set(["localhost", "127.0.0.1", "::1", hostname(), ...names])];
  const hasAuthority = isPair(path("ca.crt"), path("ca.key"));
  if (!hasAuthority || !isUsable(path, all)) {
    // Loaded only when one must be made: the library costs more than the rest of a start.
    const { makeAuthority, makeCertificate } = await import("./certificate.ts");
    if (!hasAuthority) await makeAuthority(path);
    await makeCertificate(path, all);
  }
  const read = (name: string) => readFileSync(path(name), "utf8");
  return { cert: read("tls.crt") + read("ca.crt"), key: read("tls.key"), ca: read("ca.crt") };
}

function readFiles(files: { cert: string; key: string }): TlsMaterial {
  try {
    const material = { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
    createSecureContext(material);
    return material;
  } catch (error) {
    throw new ConfigError(
      `Cannot use tls-cert ${JSON.stringify(files.cert)} and tls-key ${JSON.stringify(files.key)}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Whether the certificate is the authority's and its key is there, lasts a while and covers the names. */
function isUsable(path: (name: string) => string, names: string[]): boolean {
  if (!isPair(path("tls.crt"), path("tls.key"))) return false;
  const certificate = new X509Certificate(readFileSync(path("tls.crt")));
  const authority = new X509Certificate(readFileSync(path("ca.crt")));
  const lasts = certificate.validToDate.getTime() - Date.now() > RENEW_DAYS * DAY_MS;
  return (
    lasts &&
    certificate.verify(authority.publicKey) &&
    names.every(
      (name) => (isIP(name) > 0 ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined,
    )
  );
}

/** False as well after a start that was killed between the two files. */
function isPair(certificate: string, key: string): boolean {
  if (!existsSync(certificate) || !existsSync(key)) return false;
  return new X509Certificate(readFileSync(certificate)).checkPrivateKey(createPrivateKey(readFileSync(key)));
}
