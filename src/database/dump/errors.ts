import { DUMP_FORMAT } from "./format.ts";

/** These bytes are no dump, or not all of one. */
export class DumpDamagedError extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`Cannot read database dump: ${what}; take another one`, options);
    this.name = "DumpDamagedError";
  }
}

/** Another program wrote this dump, in a way that this one does not know. */
export class DumpVersionError extends Error {
  constructor(what: "format" | "schema", found: unknown, known: number) {
    const expected = what === "format" ? `${DUMP_FORMAT}` : `${known} or older`;
    const program = Number(found) > known ? "a newer ImageHub" : "the ImageHub that wrote it";
    super(
      `Cannot read database dump: its ${what} is version ${JSON.stringify(found)}, expected ${expected}: run ${program}`,
    );
    this.name = "DumpVersionError";
  }
}
