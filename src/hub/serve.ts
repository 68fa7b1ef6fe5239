import type { Command } from "commander";
import { formatBanner } from "./banner.ts";
import { loadConfig } from "./config.ts";
import { startHub, type Hub } from "./hub.ts";
import { createLogger, type Logger } from "./logger.ts";
import { SETTINGS, type Setting } from "./settings.ts";

/** libuv's threads do file reads, writes and syncs; with its four, a few slow syncs would hold up every read. */
const FILE_THREADS = "16";

/** `imagehub serve` */
export function addServe(program: Command): void {
  const command = program.command("serve").description("run the hub");
  command.option("--config <FILE>", "settings as YAML, keys as the flags below");
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    command.option(`--${name} <${setting.value}>`, describe(name, setting));
  }
  command.action(() => serve(flagsOf(command)));
}

async function serve(flags: Record<string, string | undefined>): Promise<void> {
  process.env["UV_THREADPOOL_SIZE"] ??= FILE_THREADS;
  try {
    const config = loadConfig(flags, process.env);
    const logger = createLogger(config.logLevel);
    const hub = await startHub(config, logger);
    process.stdout.write(formatBanner({ ...config, ...hub }));
    stopOnSignals(hub, logger);
  } catch (error) {
    // Expected failures say what to do; others come with their stack.
    const known =
      error instanceof Error &&
      /^(?:Config|DataFolder\w*|Listen|Database\w*|Storage\w*)Error$/.test(error.name);
    process.stderr.write(`imagehub: ${known ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

function stopOnSignals(hub: Hub, logger: Logger): void {
  let stopping = false;
  const stop = (why: string, exitCode: number): void => {
    if (stopping) process.exit(1);
    stopping = true;
    const stopped = hub.stop();
    // Said when no new connection is taken any more.
    logger.info({ why }, "stopping");
    void stopped.then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  // A second signal does not wait.
  process.on("SIGTERM", () => stop("SIGTERM", 0));
  process.on("SIGINT", () => stop("SIGINT", 0));
  hub.failed.addEventListener("abort", () => {
    logger.fatal(
      { err: hub.failed.reason as unknown },
      "the database failed: what is stored is uncertain until a restart",
    );
    stop("database failed", 1);
  });
}

function describe(name: string, setting: Setting): string {
  const variable = `IMAGEHUB_${name.toUpperCase().replaceAll("-", "_")}`;
  const choices = setting.choices ? `; one of ${setting.choices.join(", ")}` : "";
  const fallback = setting.default === undefined ? "" : `; default ${setting.default}`;
  return `${setting.description}${choices}${fallback} [${variable}]`;
}

/** Flags by setting name: commander gives them in camel case. */
function flagsOf(command: Command): Record<string, string | undefined> {
  const values = command.opts<Record<string, string>>();
  return Object.fromEntries(
    ["config", ...Object.keys(SETTINGS)].map((name) => [
      name,
      values[name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())],
    ]),
  );
}
