import { getHeapStatistics } from "node:v8";
import type { Command } from "commander";
import { shrinkHeap } from "../blob-storage/heap.ts";
import { formatBanner } from "./banner.ts";
import { loadConfig } from "./config.ts";
import { isExpected } from "./expected-errors.ts";
import type { Hub } from "./hub.ts";
import { createLogger, type Logger } from "./logger.ts";
import { addSettingFlags, settingFlagsOf } from "./setting-flags.ts";
import { SETTINGS, type SettingName } from "./settings.ts";

/** libuv's threads do file reads, writes and syncs; with its four, a few slow syncs would hold up every read. */
const FILE_THREADS = "16";

/** When the first pages have been served. */
const START_OVER_MS = 2000;
/** A hub that holds much would stand still for longer than it is worth. */
const SMALL_HEAP_BYTES = 96 * 1024 * 1024;

/** `imagehub serve` */
export function addServe(program: Command): void {
  const command = program.command("serve").description("run the hub");
  addSettingFlags(command, Object.keys(SETTINGS) as SettingName[]);
  command.action(() => serve(settingFlagsOf(command)));
}

async function serve(flags: Record<string, string | undefined>): Promise<void> {
  process.env["UV_THREADPOOL_SIZE"] ??= FILE_THREADS;
  try {
    const config = loadConfig(flags, process.env);
    const logger = createLogger(config.logLevel);
    // Loaded here, so that commands which only call a hub start in a fifth of the time.
    const { startHub } = await import("./hub.ts");
    const starting = startHub(config, logger);
    // From now on: who reads hub.json may stop the hub at once.
    stopOnSignals(starting, logger);
    process.stdout.write(formatBanner({ ...config, ...(await starting) }));
    setTimeout(freeWhatStartLeft, START_OVER_MS).unref();
  } catch (error) {
    process.stderr.write(`imagehub: ${isExpected(error) ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

/** What it took to load and to begin, some 25 MB. */
function freeWhatStartLeft(): void {
  if (getHeapStatistics().used_heap_size < SMALL_HEAP_BYTES) shrinkHeap();
}

/** Stops a hub once it has started; a second signal does not wait. */
function stopOnSignals(starting: Promise<Hub>, logger: Logger): void {
  let stopping = false;
  const stop = (why: string, exitCode: number): void => {
    if (stopping) process.exit(1);
    stopping = true;
    const stopped = starting.then((hub) => {
      const ended = hub.stop();
      // Said when no new connection is taken any more.
      logger.info({ why }, "stopping");
      return ended;
    });
    stopped.then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => stop("SIGTERM", 0));
  process.on("SIGINT", () => stop("SIGINT", 0));
  const watchFailure = ({ failed }: Hub): void =>
    failed.addEventListener("abort", () => {
      logger.fatal(
        { err: failed.reason as unknown },
        "the database failed: what is stored is uncertain until a restart",
      );
      stop("database failed", 1);
    });
  // That it does not start is told by who starts it.
  starting.then(watchFailure, () => undefined);
}
