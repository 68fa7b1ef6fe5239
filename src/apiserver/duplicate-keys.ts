/** An object or a list that is being read. */
interface Level {
  path: string;
  /** Keys of an object; undefined for a list. */
  keys: Set<string> | undefined;
  /** Of the value that comes next. */
  key: string;
  index: number;
  /** Whether a text is a key. */
  isAtKey: boolean;
}

/** @returns paths of what stands more than once in its object, e.g. `spec.members[0].role`; for a text that is JSON */
export function duplicateKeys(json: string): string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const level = levels.at(-1);
    const character = json[at];
    if (character === "{" || character === "[") levels.push(openLevel(level, character === "{"));
    else if (character === "}" || character === "]") levels.pop();
    else if (character === "," && level) {
      level.isAtKey = level.keys !== undefined;
      level.index += 1;
    } else if (character === '"') {
      const end = endOfText(json, at);
      if (level?.isAtKey) readKey(level, JSON.parse(json.slice(at, end + 1)) as string, found);
      at = end;
    }
  }
  return found;
}

function openLevel(parent: Level | undefined, isObject: boolean): Level {
  return {
    path: parent ? pathOf(parent) : "",
    keys: isObject ? new Set() : undefined,
    key: "",
    index: 0,
    isAtKey: isObject,
  };
}

function readKey(level: Level, key: string, found: string[]): void {
  level.key = key;
  level.isAtKey = false;
  if (level.keys?.has(key)) found.push(pathOf(level));
  level.keys?.add(key);
}

function pathOf({ path, keys, key, index }: Level): string {
  if (keys === undefined) return `${path}[${index}]`;
  return path === "" ? key : `${path}.${key}`;
}

function endOfText(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === "\\") at += 1;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
