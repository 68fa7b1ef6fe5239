import type { Form } from "./form.ts";
import type { AnyObject } from "./partial-metadata.ts";
import { present, presentEvent } from "./present.ts";

/** Writes the events of one watch, in the form that its client asked for. */
export interface EventEncoder {
  /** @returns a line, as bytes that nobody changes: all connections send the same */
  encode(event: WatchedEvent): Buffer;
}

interface WatchedEvent {
  type: string;
  object: AnyObject;
}

/** Lines of objects that are handed to all watchers, by type and form: each is written once. */
const shared = new WeakMap<AnyObject, Map<string, Buffer>>();

export function createEventEncoder(form: Form): EventEncoder {
  let isFirst = true;
  return {
    encode(event) {
      if (event.type === "ERROR") return line(event);
      if (form.as !== "Table") return sharedLine(form, event);
      // Ages grow.
      const object = presentEvent(form, event.object, isFirst);
      isFirst = false;
      return line({ type: event.type, object });
    },
  };
}

function sharedLine(form: Exclude<Form, { as: "Table" }>, { type, object }: WatchedEvent): Buffer {
  const write = () => line({ type, object: present(form, object) });
  // What is not frozen may be another the next time.
  if (!Object.isFrozen(object)) return write();
  const lines = shared.get(object) ?? new Map<string, Buffer>();
  shared.set(object, lines);
  const key = form.as === "Object" ? type : `${type} ${form.version}`;
  const known = lines.get(key) ?? write();
  lines.set(key, known);
  return known;
}

function line(event: object): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}
