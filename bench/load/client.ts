import { createHash } from "node:crypto";
import { Agent, type IncomingHttpHeaders, request, type RequestOptions } from "node:http";
import type { Target } from "../targets/target.ts";
import type { BareConnections } from "./bare-connections.ts";

/** One client of one repository: it has its token, and keeps its connection. */
export interface Client {
  url: string;
  repository: string;
  /** What each request carries; nothing where nobody asks for it. */
  authorization: { authorization?: string };
  agent: Agent | BareConnections;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Blob {
  digest: string;
  sizeBytes: number;
  /** Given again for each push. */
  chunks(): Iterable<Uint8Array>;
}

/** Connects as registry clients do: asks `/v2/`, and fetches a token where the answer says so. */
export async function connect(
  target: Target,
  repository: string,
  agent: Client["agent"] = newAgent(),
): Promise<Client> {
  const client = { url: target.url, repository, authorization: {}, agent };
  const door = await send(client, { path: "/v2/" });
  const challenge = /^Bearer realm="([^"]+)",service="([^"]+)"/.exec(door.headers["www-authenticate"] ?? "");
  if (door.status !== 401 || challenge === null) {
    return client;
  }
  const realm = new URL(challenge[1] ?? "");
  realm.searchParams.set("service", challenge[2] ?? "");
  realm.searchParams.set("scope", `repository:${repository}:pull,push`);
  const answer = await send(client, {
    path: `${realm.pathname}${realm.search}`,
    headers: basic(target),
  });
  const { token } = JSON.parse(expectStatus(answer, 200).body.toString()) as { token: string };
  return { ...client, authorization: { authorization: `Bearer ${token}` } };
}

/** HEAD, then POST and PUT. */
export async function pushBlob(client: Client, blob: Blob): Promise<void> {
  const base = `/v2/${client.repository}/blobs`;
  const head = await send(client, { method: "HEAD", path: `${base}/${blob.digest}` });
  if (head.status === 200) {
    return;
  }
  const post = expectStatus(await send(client, { method: "POST", path: `${base}/uploads/` }), 202);
  const location = new URL(post.headers.location ?? "", client.url);
  location.searchParams.set("digest", blob.digest);
  const put = await send(client, {
    method: "PUT",
    path: `${location.pathname}${location.search}`,
    headers: { "content-type": "application/octet-stream", "content-length": blob.sizeBytes },
    body: blob.chunks(),
  });
  expectStatus(put, 201);
}

export async function pushManifest(
  client: Client,
  reference: string,
  manifest: { mediaType: string; bytes: Uint8Array },
): Promise<void> {
  const answer = await send(client, {
    method: "PUT",
    path: `/v2/${client.repository}/manifests/${reference}`,
    headers: { "content-type": manifest.mediaType, "content-length": manifest.bytes.length },
    body: [manifest.bytes],
  });
  expectStatus(answer, 201);
}

export interface Request {
  path: string;
  /** Default GET. */
  method?: string;
  headers?: Record<string, string | number>;
  body?: Iterable<Uint8Array>;
}

/** One request, its answer read whole. */
export function send(
  client: Pick<Client, "url" | "authorization" | "agent">,
  { path, method = "GET", headers = {}, body = [] }: Request,
): Promise<Answer> {
  const ready = {
    method,
    path,
    headers: { ...(method === "POST" ? { "content-length": 0 } : {}), ...client.authorization, ...headers },
  };
  return client.agent instanceof Agent
    ? sendByHttp(`${client.url}${path}`, { ...ready, agent: client.agent, body })
    : client.agent.send({ ...ready, body: [...body] });
}

function sendByHttp(
  url: string,
  { body, ...options }: RequestOptions & { body: Iterable<Uint8Array> },
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(url, options);
  outgoing.on("error", reject);
  outgoing.on("response", (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
    );
  });
  const source = body[Symbol.iterator]();
  const pour = (): void => {
    for (let next = source.next(); !next.done; next = source.next()) {
      if (!outgoing.write(next.value)) {
        outgoing.once("drain", pour);
        return;
      }
    }
    outgoing.end();
  };
  pour();
  return promise;
}

export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status) {
    const text = answer.body.toString().slice(0, 300);
    throw new Error(`Cannot go on: the registry answered ${answer.status} ${text}, expected ${status}`);
  }
  return answer;
}

export function basic({ login }: Target): { authorization?: string } {
  return login === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`${login.name}:${login.password}`).toString("base64")}` };
}

export function newAgent(): Agent {
  return new Agent({ keepAlive: true });
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
