/** A field of a message that is a text. */
export function text(field: number, value: string): Buffer {
  return message(field, [Buffer.from(value)]);
}

/** A field of a message that is made of fields itself. */
export function message(field: number, parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([number(field * 8 + 2), number(content.length), content]);
}

function number(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
