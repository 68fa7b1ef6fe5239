import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";

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

/** The operator's certificate, or one of the hub's own authority, which is made in `folder` at the first start. */
export async function loadTls({ folder, files, names }: TlsOptions): Promise<TlsMaterial> {
  if (files) return { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(folder, name);
  const all = [...new Set(["localhost", "127.0.0.1", "::1", hostname(), ...names])];
  if (!existsSync(path("ca.crt")) || !isUsable(path("tls.crt"), all)) {
    // Loaded only when one must be made: the library costs more than the rest of a start.
    const { makeAuthority, makeCertificate } = await import("./certificate.ts");
    if (!existsSync(path("ca.crt"))) await makeAuthority(path);
    await makeCertificate(path, all);
  }
  const read = (name: string) => readFileSync(path(name), "utf8");
  return { cert: read("tls.crt") + read("ca.crt"), key: read("tls.key"), ca: read("ca.crt") };
}

/** Whether the certificate is there, lasts a while and covers the names. */
function isUsable(file: string, names: string[]): boolean {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  const lasts = certificate.validToDate.getTime() - Date.now() > RENEW_DAYS * DAY_MS;
  return (
    lasts &&
    names.every(
      (name) => (isIP(name) > 0 ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined,
    )
  );
}
