import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { startHubProcess, type HubProcess } from "../hub-process.ts";
import { startDaemon } from "./daemon.ts";
import { SEARCH_PATH } from "./programs.ts";

/** A way by which clients come to a hub. */
export interface Route {
  name: string;
  isTls: boolean;
  /** What must be installed for it. */
  program?: string;
  /** Starts a hub, and what stands before it. */
  open(options: RouteOptions): Promise<OpenRoute>;
}

interface RouteOptions {
  /** For the hub's data, in `data`, and whatever else is needed. */
  folder: string;
  /** Of the hub. */
  flags: string[];
}

export interface OpenRoute {
  hub: HubProcess;
  /** `127.0.0.1:PORT`, as clients call the hub. */
  host: string;
  close(): Promise<void>;
}

export const PLAIN: Route = { name: "plain HTTP", isTls: false, open: openPlain };
export const ROUTES: readonly Route[] = [
  PLAIN,
  { name: "TLS", isTls: true, open: openTls },
  { name: "nginx", isTls: true, program: "nginx", open: openNginx },
];

async function openPlain({ folder, flags }: RouteOptions): Promise<OpenRoute> {
  const hub = await startHubProcess(join(folder, "data"), { flags });
  return { hub, host: hub.host, close: async () => void (await hub.stop()) };
}

/** With a certificate of the hub's own authority, in `data/tls/ca.crt`. */
async function openTls({ folder, flags }: RouteOptions): Promise<OpenRoute> {
  const hub = await startHubProcess(join(folder, "data"), {
    flags: ["--listen-tls", "127.0.0.1:0", ...flags],
  });
  return { hub, host: new URL(hub.tlsUrl ?? "").host, close: async () => void (await hub.stop()) };
}

/** nginx with the server that docs/clients.md shows, and the hub's certificate; the hub knows its public URL. */
async function openNginx({ folder, flags }: RouteOptions): Promise<OpenRoute> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const { hub } = await openTls({ folder, flags: ["--public-url", `https://${host}`, ...flags] });
  const file = join(folder, "nginx.conf");
  await writeFile(file, await nginxConfig({ folder, host, hub }));
  const nginx = await startDaemon("nginx", ["-c", file, "-p", folder, "-e", "stderr"], {
    environment: { ...process.env, PATH: SEARCH_PATH },
    isReady: () => isListening(port),
  });
  return {
    hub,
    host,
    async close() {
      await nginx.stop();
      await hub.stop();
    },
  };
}

async function nginxConfig(at: { folder: string; host: string; hub: HubProcess }): Promise<string> {
  const { folder, host, hub } = at;
  const docs = await readFile(join(import.meta.dirname, "../../docs/clients.md"), "utf8");
  const [, block = ""] = /^```nginx\n(.+?)^```/ms.exec(docs) ?? [];
  const server = block
    .replace("listen 443 ssl", `listen ${host} ssl`)
    .replace("/etc/ssl/hub.example.com.crt", join(folder, "data/tls/tls.crt"))
    .replace("/etc/ssl/hub.example.com.key", join(folder, "data/tls/tls.key"))
    .replace("http://127.0.0.1:5000", hub.url);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  return `daemon off; master_process off; pid ${join(folder, "nginx.pid")};
events {}
http { access_log off; ${temporary.join(" ")}
${server}}
`;
}

/** nginx takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
