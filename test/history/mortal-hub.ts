import { openBlobStorage } from "../../src/blob-storage/open.ts";
import { openSqlite } from "../../src/database/sqlite.ts";
import { openSqliteConnection, type SqliteConnection } from "../../src/database/sqlite-connection.ts";
import { loadConfig } from "../../src/hub/config.ts";
import { startHub, type Hub } from "../../src/hub/hub.ts";
import { createLogger } from "../../src/hub/logger.ts";
import { ADMIN_PASSWORD, basic } from "../start-hub.ts";

/** A hub in this process that can be killed, after which nothing reaches its database any more. */
export interface MortalHub {
  url: string;
  /** Basic credentials of the administrator, as an Authorization header. */
  admin: string;
  context: Hub["context"];
  /** True from the moment of its death. */
  readonly isDead: boolean;
  /** Lets it die at the database call after so many others; resolves when it is dead. */
  dieAfter(calls: number): Promise<void>;
  /** Ends it as SIGTERM does; of one that is dead, only gives back what it holds of this process. */
  stop(): Promise<void>;
}

/** Starts a hub on a data folder. */
export async function startMortalHub(dataFolder: string): Promise<MortalHub> {
  const config = loadConfig(
    {
      listen: "127.0.0.1:0",
      "listen-tls": "off",
      "log-level": "silent",
      data: dataFolder,
    },
    { IMAGEHUB_ADMIN_PASSWORD: ADMIN_PASSWORD },
  );
  const life = createLife();
  const hub = await startHub(config, createLogger(config.logLevel), {
    openBlobStorage,
    openDatabase: (url) =>
      openSqlite(url.slice("sqlite:".length), {
        openConnection: (path, pragmas) => mortal(openSqliteConnection(path, pragmas), life),
        // What was committed outlives the process without it.
        syncFile: async () => undefined,
      }),
  });
  return {
    url: hub.url,
    admin: basic("admin", ADMIN_PASSWORD),
    context: hub.context,
    get isDead() {
      return life.isOver();
    },
    dieAfter: life.endAfter,
    async stop() {
      try {
        await hub.stop();
      } catch (error) {
        if (!life.isOver()) throw error;
      }
    },
  };
}

interface Life {
  isOver(): boolean;
  endAfter(calls: number): Promise<void>;
  /** @throws Error when it is over */
  call(): void;
}

function createLife(): Life {
  let left = Infinity;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  return {
    isOver: () => left <= 0,
    endAfter(calls) {
      left = Math.min(left, calls);
      if (left <= 0) resolve();
      return over;
    },
    call() {
      if (left <= 0) throw new Error("the process was killed");
      left -= 1;
      if (left <= 0) resolve();
    },
  };
}

/** What undoes writes nothing, and what closes must end. */
const UNDOES = /^(?:ROLLBACK|RELEASE)\b/;

function mortal(connection: SqliteConnection, life: Life): SqliteConnection {
  return {
    ...connection,
    run(sql, parameters) {
      if (!UNDOES.test(sql)) life.call();
      return connection.run(sql, parameters);
    },
  };
}
