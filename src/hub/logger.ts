import { destination, pino, type Logger } from "pino";

export type { Logger } from "pino";

/** JSON lines on standard error, so that standard output is for what people read. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      redact: {
        paths: ["req.headers.authorization", "req.headers.cookie", "password", "token"],
        censor: "[hidden]",
      },
    },
    destination({ dest: 2, sync: false }),
  );
}
