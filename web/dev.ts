// Development: the hub, restarted when its sources change, and the web app, reloaded in the browser as it is written.
// `npm run dev -- FLAGS` hands the flags to the hub.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const HUB_ADDRESS = process.env.IMAGEHUB_LISTEN ?? "127.0.0.1:5000";
/** What the hub answers; everything else is the web app's. */
const HUB_PATHS = ["/api", "/apis", "/v1", "/v2", "/token", "/healthz", "/livez", "/readyz", "/metrics"];

const hub = spawn(
  process.execPath,
  [
    "--watch",
    "--watch-preserve-output",
    "src/main.ts",
    "serve",
    "--listen",
    HUB_ADDRESS,
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] },
);

const web = await createServer({
  configFile: `${ROOT}web/vite.config.ts`,
  logLevel: "info",
  server: {
    // The Host stays the browser's, so that the hub's tokens and links lead back through this server.
    proxy: Object.fromEntries(
      HUB_PATHS.map((path) => [
        `^${path}(?:/|\\?|$)`,
        { target: `http://${HUB_ADDRESS}`, changeOrigin: false },
      ]),
    ),
  },
});
await web.listen();
web.printUrls();

let isStopping = false;
// Ctrl-C reaches the hub as well, as one of the same group; a signal sent to this process alone does not.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
hub.on("exit", () => void stop());

/** Ends both: whichever ends first takes the other with it. */
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  if (hub.exitCode === null) hub.kill("SIGTERM");
  await web.close();
}
