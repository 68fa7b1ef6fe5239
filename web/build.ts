// Builds the web app into dist/web: `node web/build.ts [--if-stale]`.
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compressFiles } from "./compress.ts";
import { newestChange } from "./newest-change.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUILT = `${ROOT}dist/web`;
/** What the build is made of. */
const SOURCES = ["web", "src/api/contract", "src/search/result.ts", "src/resources", "package-lock.json"];

const onlyIfStale = process.argv.includes("--if-stale");
if (onlyIfStale && !isStale()) {
  console.log("web: dist/web is up to date");
} else {
  await build();
}

function isStale(): boolean {
  const built = newestChange([`${BUILT}/index.html`]);
  return built === undefined || (newestChange(SOURCES.map((source) => ROOT + source)) ?? Infinity) > built;
}

/** Builds beside the old build and takes its place in one step: a hub that is running never serves half of one. */
async function build(): Promise<void> {
  const startedAt = new Date();
  const fresh = `${ROOT}dist/.web-${process.pid}`;
  const vite = await loadVite();
  try {
    await vite.build({ configFile: `${ROOT}web/vite.config.ts`, build: { outDir: fresh } });
    compressFiles(fresh);
    // A source changed while the build ran is newer than it.
    utimesSync(`${fresh}/index.html`, startedAt, startedAt);
    replace(BUILT, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.log(`web: built into dist/web in ${((Date.now() - startedAt.getTime()) / 1000).toFixed(1)} s`);
}

async function loadVite() {
  try {
    return await import("vite");
  } catch (cause) {
    throw new Error("Cannot build the web app: expected its build tools, run npm ci", { cause });
  }
}

function replace(target: string, fresh: string): void {
  const old = `${target}-old-${process.pid}`;
  mkdirSync(`${ROOT}dist`, { recursive: true });
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}
