import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CommandError } from "./errors.ts";

/** Whether there is somebody who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks for a name to be typed before something goes that cannot be had back.
 * @param options.isSure said beforehand, by `--yes`
 * @throws CommandError when another one is typed, or nobody can be asked
 */
export async function confirmByName(name: string, options: { isSure: boolean; what: string }): Promise<void> {
  if (options.isSure) return;
  if (!canAsk()) throw new CommandError(`Cannot ask whether to ${options.what}: say --yes if you mean it`);
  const typed = await ask(`Type ${name} to ${options.what}: `);
  if (typed.trim() !== name) throw new CommandError(`Nothing was done: that was not ${name}`);
}

/** Asks on the terminal for what nobody is to see. */
export function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  return ask("", { isHidden: true }).finally(() => process.stderr.write("\n"));
}

async function ask(question: string, { isHidden = false } = {}): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = isHidden ? nowhere : process.stderr;
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
