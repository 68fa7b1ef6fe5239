/** What Kubernetes' own clients write built-in kinds in, without asking. */
export const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

/** Before a message in Kubernetes' protobuf: `runtime.Unknown`. */
const MAGIC = Buffer.from("k8s\0");

/** Fields by their numbers; others are passed over. */
export interface Message {
  [field: number]: Field;
}

/** What a field is called in JSON, what it holds, and whether it holds several, or a map of texts to such. */
type Field = [name: string, type: FieldType, many?: "list" | "map"];

/** Bytes are read as base64, as JSON has them. */
type FieldType = "text" | "bytes" | "number" | "boolean" | Message;

/** An object, as JSON has it. */
export interface ProtobufObject extends Record<string, unknown> {
  apiVersion: string;
  kind: string;
}

/**
 * Reads an object that is written in Kubernetes' protobuf.
 * @param messages by kind; of another one nothing but its type is read
 * @throws RangeError for what is none
 */
export function decodeProtobuf(body: Buffer, messages: Readonly<Record<string, Message>>): ProtobufObject {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) throw new RangeError("no Kubernetes protobuf");
  const bytes = body.subarray(MAGIC.length);
  const { typeMeta } = decode(bytes, UNKNOWN) as { typeMeta?: Partial<ProtobufObject> };
  const { apiVersion = "", kind = "" } = typeMeta ?? {};
  const message = messages[kind];
  const { raw } = message ? decode(bytes, { 2: ["raw", message] }) : {};
  return { ...(raw as object | undefined), apiVersion, kind };
}

/** `runtime.Unknown`: what an object is, and then, as 2, the object. */
const UNKNOWN: Message = { 1: ["typeMeta", { 1: ["apiVersion", "text"], 2: ["kind", "text"] }] };

function decode(bytes: Buffer, message: Message): Record<string, unknown> {
  const wires = Map.groupBy(wiresOf(bytes), ({ field }) => field);
  const entries = Object.entries(message).flatMap(([number, field]) => {
    const values = wires.get(Number(number))?.map(({ value }) => value);
    return values ? [[field[0], fieldOf(values, field)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function fieldOf(values: readonly WireValue[], [, type, many]: Field): unknown {
  switch (many) {
    case "list":
      return values.map((value) => valueOf(value, type));
    case "map":
      return Object.fromEntries(values.map((value) => entryOf(value, type)));
    default:
      // What is given again counts.
      return valueOf(values.at(-1) ?? 0, type);
  }
}

/** Key and value are left out when they are empty. */
function entryOf(value: WireValue, type: FieldType): [key: string, value: unknown] {
  const entry = valueOf(value, { 1: ["key", "text"], 2: ["value", type] }) as {
    key?: string;
    value?: unknown;
  };
  return [entry.key ?? "", entry.value ?? ""];
}

function valueOf(value: WireValue, type: FieldType): unknown {
  const isNumber = type === "number" || type === "boolean";
  if ((typeof value === "number") !== isNumber) throw new RangeError(`a field is no ${String(type)}`);
  if (typeof value === "number") return type === "boolean" ? value !== 0 : value;
  switch (type) {
    case "text":
      return value.toString();
    case "bytes":
      return value.toString("base64");
    default:
      return decode(value, type as Message);
  }
}

/** As it is written: with a length, or as a number. */
type WireValue = Buffer | number;

interface Wire {
  field: number;
  value: WireValue;
}

/** @throws RangeError */
function wiresOf(bytes: Buffer): Wire[] {
  const wires: Wire[] = [];
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = readNumber();
    const field = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) wires.push({ field, value: readNumber() });
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = readNumber();
      if (at + length > bytes.length) throw new RangeError("a field ends after its message");
      wires.push({ field, value: bytes.subarray(at, at + length) });
      at += length;
    } else throw new RangeError(`wire type ${wireType}`);
  }
  return wires;
}
