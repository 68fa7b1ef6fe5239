import assert from "node:assert/strict";
import { startTestHub, type TestHub } from "../../../test/start-hub.ts";

export const ALL = "/api/v1/namespaces/sealos-imagehub/secrets";
export const TYPE = "helm.sh/release.v1";
export const MERGE = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
export const PROTOBUF = "application/vnd.kubernetes.protobuf";
const JSON_TYPE = "application/json";

/** What no error and no audit shows. */
export const VALUE = "hunter2";
export const ENCODED = base64(VALUE);

/** What the value is found by, however it is written. */
export const SHOWN = new RegExp(`${VALUE}|${ENCODED}`);

export interface Secret {
  kind: string;
  metadata: { name: string; uid: string; resourceVersion: string; labels?: Record<string, string> };
  type: string;
  data?: Record<string, string>;
}

/** An error, or what is said of a deletion. */
export interface Status {
  status: string;
  code: number;
  reason: string;
  message: string;
  details?: object;
}

export interface Answered<Answer> {
  status: number;
  headers: Headers;
  answer: Answer;
}

export interface Sent {
  /** An object is sent as JSON. */
  body?: unknown;
  type?: string;
  accept?: string;
}

/** A hub, asked for Secrets by its administrator. */
export interface SecretsBench {
  hub: TestHub;
  send<Answer>(method: string, path: string, sent?: Sent): Promise<Answered<Answer>>;
  /** Makes a Secret of a release; fails the test when it is refused. */
  make(name: string): Promise<Secret>;
}

export async function openSecretsBench(): Promise<SecretsBench> {
  const hub = await startTestHub({ "log-level": "silent" });

  async function send<Answer>(
    method: string,
    path: string,
    { body, type = JSON_TYPE, accept = JSON_TYPE }: Sent = {},
  ): Promise<Answered<Answer>> {
    const sent = Buffer.isBuffer(body)
      ? new Uint8Array(body)
      : typeof body === "string"
        ? body
        : JSON.stringify(body);
    const response = await fetch(hub.url + path, {
      method,
      headers: { authorization: hub.admin, accept, ...(body !== undefined && { "content-type": type }) },
      ...(body !== undefined && { body: sent }),
    });
    return { status: response.status, headers: response.headers, answer: (await response.json()) as Answer };
  }

  return {
    hub,
    send,
    async make(name) {
      const { status, answer } = await send<Secret>("POST", ALL, { body: release(name) });
      assert.equal(status, 201, JSON.stringify(answer));
      return answer;
    },
  };
}

export function release(name: string, labels?: Record<string, string>): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, ...(labels && { labels }) },
    type: TYPE,
    data: { release: ENCODED },
  };
}

export function base64(value: string): string {
  return Buffer.from(value).toString("base64");
}
