import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..");

/**
 * The modules, or folders of modules, and what each may import; ARCHITECTURE.md shows the same table to people. A
 * module may always import itself and packages.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  oci: [],
  database: [],
  resources: ["oci"],
  "blob-storage": ["oci"],
  content: ["oci", "blob-storage", "database"],
  "resource-store": ["resources", "database"],
  events: ["resources", "resource-store", "database"],
  releases: ["resources", "database"],
  auth: ["oci", "resources", "resource-store", "database"],
  registry: ["oci", "content", "auth"],
  admission: ["resources", "auth"],
  apiserver: ["resources", "resource-store", "events", "releases", "admission", "auth"],
  inspect: ["oci", "resources", "content"],
  reconcile: ["resources", "resource-store"],
  controllers: [
    "oci",
    "resources",
    "resource-store",
    "events",
    "reconcile",
    "content",
    "inspect",
    "admission",
    "auth",
  ],
  search: ["resources", "resource-store", "database"],
  audit: ["database"],
  api: ["oci", "resources", "resource-store", "admission", "search", "auth", "content", "database", "audit"],
  cli: ["oci", "resources", "api/contract"],
  web: ["resources", "api/contract"],
};

/** These compose all others. */
const MAY_IMPORT_ALL = new Set(["hub", "main.ts"]);

/** Only tests use these, so they may import anything. */
const TEST_PARTS = new Set([
  "src/database/pglite.ts",
  "src/database/postgres-server.ts",
  "src/blob-storage/faulty-files.ts",
  "src/inspect/memory-source.ts",
  "src/reconcile/manual-clock.ts",
]);

interface SourceFile {
  /** From the root, with slashes. */
  path: string;
  /** What it imports, from the root. */
  imports: string[];
}

const files = readSources();

test("every module imports only what the table allows", () => {
  const wrong = files.flatMap(({ path, imports }) =>
    imports.filter((target) => !isAllowed(path, target)).map((target) => `${path} imports ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test("every folder of src is in the table, and the other way round", () => {
  const folders = new Set(
    files.filter(({ path }) => path.startsWith("src/")).map(({ path }) => moduleOf(path)),
  );
  const known = new Set([...Object.keys(MAY_IMPORT), ...MAY_IMPORT_ALL]);
  assert.deepEqual(
    [...folders].filter((folder) => !known.has(folder)),
    [],
  );
});

test("no file imports itself by way of others", () => {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  for (const { path } of files) assert.equal(findCircle(graph, path, [], done), undefined);
});

test("ARCHITECTURE.md shows the table", () => {
  const section = read("ARCHITECTURE.md").split("## Who may import whom")[1]?.split("\n## ")[0] ?? "";
  const rows = [...section.matchAll(/^\| `([\w./-]+)` +\| (.*) \|$/gm)].map(([, module = "", cell = ""]) => [
    module,
    [...cell.matchAll(/`([\w./-]+)`/g)].map(([, name]) => name),
  ]);
  assert.deepEqual(Object.fromEntries(rows), MAY_IMPORT);
});

test("the documents name only files that exist", () => {
  const documents = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    ...globSync("docs/**/*.md", { cwd: ROOT }),
  ];
  const missing = documents.flatMap((document) =>
    pathsIn(document)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${document}: ${path}`),
  );
  assert.deepEqual(missing, []);
});

test("the documents name only npm scripts that exist", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "bench/README.md"];
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name),
  );
  assert.deepEqual(
    named.filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
});

function readSources(): SourceFile[] {
  const paths = globSync(["src/**/*.ts", "web/**/*.{ts,tsx}"], { cwd: ROOT }).filter((path) => !isTest(path));
  return paths.map((path) => ({ path, imports: importsOf(path) }));
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$|-suite\.ts$|\.fixture\.ts$/.test(path) || TEST_PARTS.has(path);
}

/** Relative imports, static and dynamic, resolved; types count as well. */
function importsOf(path: string): string[] {
  const text = read(path);
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*["'](\.{1,2}\/[^"']+)["']/g)];
  return specifiers
    .map(([, specifier = ""]) => normalize(join(dirname(path), specifier)))
    .filter((target) => /\.tsx?$/.test(target));
}

function isAllowed(path: string, target: string): boolean {
  const module = moduleOf(path);
  if (module === moduleOf(target) || MAY_IMPORT_ALL.has(module)) return true;
  const allowed = MAY_IMPORT[module] ?? [];
  const folder = dirname(relative("src", target));
  return allowed.includes(moduleOf(target)) || allowed.includes(folder);
}

/** `src/oci/digest.ts` → oci, `src/main.ts` → main.ts, `web/pages/Home.tsx` → web. */
function moduleOf(path: string): string {
  const [top = "", folder = ""] = path.split("/");
  return top === "src" ? folder : top;
}

function findCircle(
  graph: ReadonlyMap<string, string[]>,
  path: string,
  trail: string[],
  done: Set<string>,
): string | undefined {
  if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path].join(" → ");
  if (done.has(path)) return undefined;
  for (const target of graph.get(path) ?? []) {
    const circle = findCircle(graph, target, [...trail, path], done);
    if (circle !== undefined) return circle;
  }
  done.add(path);
  return undefined;
}

/** Links to files of the repository, and paths of its folders in code spans. */
function pathsIn(document: string): string[] {
  const text = read(document);
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = ""]) =>
    join(dirname(document), path),
  );
  const spans = [...text.matchAll(/`((?:src|web|test|bench|docs|deploy|bin)\/[\w./-]*)`/g)].map(
    ([, path = ""]) => path,
  );
  return [...links, ...spans];
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
