import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

/** The thread of `checkpointer.ts`: one checkpoint a message, on the database file that `workerData` names. */
const database = new DatabaseSync(String(workerData));

parentPort?.on("message", () => {
  parentPort?.postMessage(checkpoint(), []);
});

/** PASSIVE waits for nobody and holds up nobody. Its own syncs, at the default FULL, come before the log is given up. */
function checkpoint(): { error?: { message: string; errcode: number } } {
  try {
    database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    return {};
  } catch (error) {
    const { message, errcode } = error as Error & { errcode: number };
    return { error: { message, errcode } };
  }
}
