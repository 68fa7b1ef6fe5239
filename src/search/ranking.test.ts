import assert from "node:assert/strict";
import { test } from "node:test";
import { addRepository, ANYBODY, openTestSearch, type RepositoryFixture } from "./search.fixture.ts";

/** One repository for each way to match "mysql", with most pulls where the match is worst. */
const REPOSITORIES: Record<string, RepositoryFixture> = {
  "labring/mysql": { status: { pulls: 1 } },
  "acme/mysql-operator": { status: { pulls: 2 } },
  "acme/mysqlite": { status: { pulls: 500 } },
  "acme/old-mysql": { status: { pulls: 3 } },
  "acme/go-mysqldump": { status: { pulls: 4 } },
  "acme/amysqla": { status: { pulls: 5 } },
  "acme/percona": { spec: { keywords: ["MySQL", "galera cluster"] }, status: { pulls: 6 } },
  "mysql/shell": { status: { pulls: 7 } },
  "acme/dump": { spec: { description: "Saves a MySQL server" }, status: { pulls: 8 } },
  "acme/blog": { readme: "# Blog\nNeeds a *mysql* of its own.", status: { pulls: 9 } },
  "acme/数据": { spec: { description: "关系型数据库管理系统", keywords: ["数据库"] } },
  "acme/cache": {
    spec: { description: "データベースのキャッシュ. 데이터베이스 캐시" },
    readme: "中文说明：缓存服务",
  },
  "acme/redis": { status: { pulls: 100, stars: 3, updatedAt: "2026-01-01T00:00:00Z" } },
  "zeta/redis": { status: { pulls: 100, stars: 9, updatedAt: "2026-01-01T00:00:00Z" } },
  "beta/redis": { status: { pulls: 100, stars: 3, updatedAt: "2026-03-01T00:00:00Z" } },
};

const EXPECTED: Record<string, string[]> = {
  mysql: [
    "labring/mysql",
    "acme/mysqlite",
    "acme/mysql-operator",
    "acme/old-mysql",
    "acme/go-mysqldump",
    "acme/amysqla",
    "acme/percona",
    "acme/dump",
    "mysql/shell",
    "acme/blog",
  ],
  "labring/mysql": ["labring/mysql"],
  "Labring MySQL": ["labring/mysql"],
  "labring/my": ["labring/mysql"],
  "mysql oper": ["acme/mysql-operator"],
  "operator mysql": ["acme/mysql-operator"],
  operat: ["acme/mysql-operator"],
  "old.mysql": ["acme/old-mysql"],
  ysqldum: ["acme/go-mysqldump"],
  galera: ["acme/percona"],
  "galera-cluster": ["acme/percona"],
  "mysql server saves": ["acme/dump"],
  "acme blog mysql": ["acme/blog"],
  "mysql absent": [],
  "server own": [],
  redis: ["zeta/redis", "beta/redis", "acme/redis"],
  数据: ["acme/数据"],
  数据库: ["acme/数据"],
  "数据库 管理": ["acme/数据"],
  据数: [],
  系: ["acme/数据"],
  ベース: ["acme/cache"],
  데이터: ["acme/cache"],
  缓存服务: ["acme/cache"],
};

test("names come before keywords, organization and description, README; then pulls, stars, freshness", async (t) => {
  const { store, namesFor } = await openTestSearch(t);
  for (const [name, fixture] of Object.entries(REPOSITORIES)) await addRepository(store, name, fixture);
  for (const [query, names] of Object.entries(EXPECTED)) {
    assert.deepEqual(await namesFor(query), names, `query ${JSON.stringify(query)}`);
  }
});

test("a result says where it matched, with the match marked in plain text", async (t) => {
  const { search, store } = await openTestSearch(t);
  await addRepository(store, "acme/mysql", {
    spec: { description: "The MySQL server", keywords: ["mysql"] },
    readme: "A <b>relational</b> database",
  });
  await search.caughtUp();
  const found = (q: string): unknown => {
    const [item] = search.search({ q }, ANYBODY).items;
    return [item?.matchedOn, item?.highlights];
  };
  assert.deepEqual(found("mysq"), [
    ["name", "keyword", "description"],
    { name: "acme/\u{E000}mysq\u{E001}l", description: "The \u{E000}MySQ\u{E001}L server" },
  ]);
  assert.deepEqual(found("acme relational"), [
    ["organization", "readme"],
    { name: "\u{E000}acme\u{E001}/mysql", readme: "A \u{E000}relational\u{E001} database" },
  ]);
  assert.deepEqual(found(""), [[], {}]);
});

test("of a pasted sentence the rarest words are searched", async (t) => {
  const { store, namesFor } = await openTestSearch(t);
  for (let index = 0; index < 5; index += 1) {
    await addRepository(store, `acme/app${index}`, { spec: { description: `how to run this word${index}` } });
  }
  for (let index = 0; index < 10; index += 1) {
    await addRepository(store, `acme/other${index}`, { spec: { description: "please, with the hub" } });
  }
  assert.deepEqual(await namesFor("please how to run this with the hub word3"), ["acme/app3"]);
  assert.deepEqual(await namesFor("how to run this word3 nowhere"), [], "what is nowhere is the rarest");
});

test("suggestions are names: whole, beginning, words, within, then the organization's", async (t) => {
  const { search, store } = await openTestSearch(t);
  for (const [name, fixture] of Object.entries(REPOSITORIES)) await addRepository(store, name, fixture);
  for (let index = 0; index < 10; index += 1) await addRepository(store, `many/nginx${index}`);
  await search.caughtUp();
  assert.deepEqual(search.suggest("mysql", ANYBODY), [
    ...(EXPECTED["mysql"]?.slice(0, 6) ?? []),
    "mysql/shell",
  ]);
  assert.deepEqual(search.suggest("labring/m", ANYBODY), ["labring/mysql"]);
  assert.deepEqual(search.suggest("labr", ANYBODY), ["labring/mysql"]);
  assert.equal(search.suggest("nginx", ANYBODY).length, 8);
  for (const text of ["", "galera", "++", '"']) assert.deepEqual(search.suggest(text, ANYBODY), [], text);
});
