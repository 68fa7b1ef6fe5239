import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface BareRequest {
  method: string;
  path: string;
  headers: Record<string, string | number | undefined>;
  body: Uint8Array[];
}

export interface BareAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Connections to one server, kept alive, with little between a request and the socket: `node:http` takes twice the
 * processor time, of which whoever is measured has less then.
 */
export interface BareConnections {
  send(request: BareRequest): Promise<BareAnswer>;
  destroy(): void;
}

export function openBareConnections(url: string): BareConnections {
  const { hostname, port, host } = new URL(url);
  const idle: Socket[] = [];
  const all = new Set<Socket>();

  /** The server may have closed some. */
  function takeIdle(): Socket | undefined {
    let socket = idle.pop();
    while (socket?.destroyed) socket = idle.pop();
    return socket;
  }

  async function open(): Promise<Socket> {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    all.add(socket);
    await once(socket, "connect");
    return socket;
  }

  return {
    async send(request) {
      const socket = takeIdle() ?? (await open());
      const answer = readAnswer(socket, request.method);
      socket.cork();
      socket.write(headOf(request, host), "latin1");
      for (const part of request.body) socket.write(part);
      socket.uncork();
      const { keepsAlive, ...rest } = await answer;
      if (keepsAlive) idle.push(socket);
      else socket.destroy();
      return rest;
    },
    destroy() {
      for (const socket of all) socket.destroy();
    },
  };
}

function headOf({ method, path, headers }: BareRequest, host: string): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

/** @throws Error when the connection closes before the answer is whole, or its length is not said */
function readAnswer(socket: Socket, method: string): Promise<BareAnswer & { keepsAlive: boolean }> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const end = (): void => {
      socket.off("data", take).off("close", fail).off("error", fail);
    };
    const fail = (): void => {
      end();
      reject(new Error(`Cannot go on: the connection closed after ${bytes.length} bytes of an answer`));
    };
    const take = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const headLength = bytes.indexOf("\r\n\r\n");
      if (headLength < 0) return;
      const { status, headers } = parseHead(bytes.toString("latin1", 0, headLength));
      const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
      const length = hasBody ? Number(headers["content-length"]) : 0;
      const body = bytes.subarray(headLength + 4);
      if (body.length < length) return;
      end();
      if (Number.isNaN(length)) reject(new Error(`Cannot go on: an answer ${status} without content-length`));
      else resolve({ status, headers, body, keepsAlive: headers["connection"] !== "close" });
    };
    socket.on("data", take).on("close", fail).on("error", fail);
  });
}

function parseHead(head: string): Pick<BareAnswer, "status" | "headers"> {
  const [first = "", ...lines] = head.split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(first.slice(9, 12)), headers };
}
