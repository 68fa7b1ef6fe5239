import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  ListMultipartUploadsCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { ByteRange } from "./port.ts";
import { isNotThere, toStorageError } from "./s3-errors.ts";
import type { S3Location } from "./s3-location.ts";

/** What S3 storage asks of a bucket. All throw S3Error, StorageFullError. */
export interface S3Bucket {
  /** @returns undefined when there is no such object */
  head(key: string): Promise<{ sizeBytes: number; etag: string } | undefined>;
  /** @param options.etag only of this version */
  get(key: string, options?: { range?: ByteRange | undefined; etag?: string }): Promise<OpenObject>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** Removes objects; those that are not there are no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** Objects whose keys begin with a prefix, in the order of keys. */
  list(prefix: string): AsyncIterable<ListedObject>;
  startMultipart(key: string): Promise<Multipart>;
  putPart(multipart: Multipart, number: number, bytes: Uint8Array): Promise<Part>;
  copyPart(multipart: Multipart, number: number, from: string): Promise<Part>;
  completeMultipart(multipart: Multipart, parts: Part[]): Promise<void>;
  abortMultipart(multipart: Multipart): Promise<void>;
  /** Multipart uploads that nobody ended, of keys that begin with a prefix. */
  listMultiparts(prefix: string): AsyncIterable<Multipart & { startedAt: Date }>;
  /** A URL that gives an object to whoever has it, for some seconds. */
  presign(key: string, seconds: number): Promise<string>;
  close(): void;
}

export interface OpenObject {
  body: Readable;
  etag: string;
  sizeBytes: number;
}

export interface ListedObject {
  key: string;
  sizeBytes: number;
  modifiedAt: Date;
}

export interface Multipart {
  key: string;
  id: string;
}

export interface Part {
  number: number;
  etag: string;
}

export function openS3Bucket(location: S3Location): S3Bucket {
  const client = createClient(location);
  const Bucket = location.bucket;
  const inWords = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw toStorageError(error, location);
    });
  const source = (key: string) => encodeURI(`${Bucket}/${key}`);

  return {
    async head(key) {
      try {
        const { ContentLength, ETag } = await inWords(
          client.send(new HeadObjectCommand({ Bucket, Key: key })),
        );
        return { sizeBytes: ContentLength ?? 0, etag: ETag ?? "" };
      } catch (error) {
        if (isNotThere(error)) {
          return undefined;
        }
        throw error;
      }
    },

    async get(key, { range, etag } = {}) {
      const command = new GetObjectCommand({
        Bucket,
        Key: key,
        ...(range && { Range: `bytes=${range.start}-${range.end}` }),
        ...(etag !== undefined && { IfMatch: etag }),
      });
      const { Body, ETag, ContentLength } = await inWords(client.send(command));
      return { body: Body as unknown as Readable, etag: ETag ?? "", sizeBytes: ContentLength ?? 0 };
    },

    async put(key, bytes) {
      await inWords(client.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes })));
    },

    async copy(from, to) {
      await inWords(client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource: source(from) })));
    },

    async delete(keys) {
      const [key] = keys;
      if (keys.length === 1) {
        await inWords(client.send(new DeleteObjectCommand({ Bucket, Key: key })));
        return;
      }
      for (let at = 0; at < keys.length; at += DELETE_KEYS) {
        const Objects = keys.slice(at, at + DELETE_KEYS).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
        const { Errors: [failed] = [] } = await inWords(client.send(command));
        if (failed !== undefined) {
          const { Code: code, Message: message } = failed;
          throw toStorageError(Object.assign(new Error(message), { name: code }), location);
        }
      }
    },

    async *list(prefix) {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: prefix });
      for (;;) {
        const { value: page, done } = await inWords(pages.next());
        if (done) {
          return;
        }
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          yield { key: Key ?? "", sizeBytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) };
        }
      }
    },

    async startMultipart(key) {
      const { UploadId } = await inWords(client.send(new CreateMultipartUploadCommand({ Bucket, Key: key })));
      return { key, id: UploadId ?? "" };
    },

    async putPart({ key, id }, number, bytes) {
      const command = new UploadPartCommand({
        Bucket,
        Key: key,
        UploadId: id,
        PartNumber: number,
        Body: bytes,
      });
      const { ETag } = await inWords(client.send(command));
      return { number, etag: ETag ?? "" };
    },

    async copyPart({ key, id }, number, from) {
      const command = new UploadPartCopyCommand({
        Bucket,
        Key: key,
        UploadId: id,
        PartNumber: number,
        CopySource: source(from),
      });
      const { CopyPartResult } = await inWords(client.send(command));
      return { number, etag: CopyPartResult?.ETag ?? "" };
    },

    async completeMultipart({ key, id }, parts) {
      const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
      await inWords(
        client.send(
          new CompleteMultipartUploadCommand({ Bucket, Key: key, UploadId: id, MultipartUpload: { Parts } }),
        ),
      );
    },

    async abortMultipart({ key, id }) {
      await inWords(client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: id })));
    },

    async *listMultiparts(prefix) {
      let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
      while (after !== undefined) {
        const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
          Bucket,
          Prefix: prefix,
          ...after,
        });
        const page = await inWords(client.send(command));
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          yield { key: Key ?? "", id: UploadId ?? "", startedAt: Initiated ?? new Date(0) };
        }
        after = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
          : undefined;
      }
    },

    presign: (key, seconds) =>
      inWords(getSignedUrl(client, new GetObjectCommand({ Bucket, Key: key }), { expiresIn: seconds })),

    close: () => client.destroy(),
  };
}

/**
 * Requests are signed with the SHA-256 of their body, so S3 takes no byte that went wrong on the way: other checksums
 * would add nothing, and not all servers know them.
 */
function createClient({ endpoint, region, forcePathStyle }: S3Location): S3Client {
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    forcePathStyle,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: "standard",
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  });
}

/** SlowDown, 5xx and broken connections are tried again after growing, random waits: up to 10 s in all. */
const MAX_ATTEMPTS = 6;
const CONNECT_MS = 5000;
/** A server may take its time to put a large object together. */
const IDLE_MS = 60_000;
/** Each pull has one of its own; this many are never needed at once, but a leak is to end somewhere. */
const MAX_SOCKETS = 2000;
/** What S3 takes in one request. */
const DELETE_KEYS = 1000;
