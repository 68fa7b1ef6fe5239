import type { FastifyInstance } from "fastify";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";

/** Checks are asked for by many, often; one answer serves for this long. */
const CACHE_MS = 5000;

export interface HealthContext {
  database: Database;
  storage: BlobStorage;
  /** Aborts when the hub stops. */
  stopping: AbortSignal;
}

/** `/livez`: the process answers. `/readyz` and `/healthz`: it can serve, database and storage answer too. */
export function registerHealth(app: FastifyInstance, context: HealthContext): void {
  let last: { at: number; failure: Promise<string | undefined> } | undefined;
  const check = (): Promise<string | undefined> => {
    if (!last || Date.now() - last.at > CACHE_MS) last = { at: Date.now(), failure: findFailure(context) };
    return last.failure;
  };

  app.get("/livez", async () => "ok\n");
  for (const path of ["/readyz", "/healthz"]) {
    app.get(path, async (_request, reply) => {
      const failure = context.stopping.aborted ? "stopping" : await check();
      return failure === undefined ? "ok\n" : reply.status(503).send(`not ready: ${failure}\n`);
    });
  }
}

async function findFailure({ database, storage }: HealthContext): Promise<string | undefined> {
  try {
    if (database.failed.aborted) return "database failed";
    await database.read.selectFrom("settings").select("name").limit(1).execute();
  } catch {
    return "database does not answer";
  }
  try {
    await storage.check();
    return undefined;
  } catch {
    return "storage takes no bytes";
  }
}
