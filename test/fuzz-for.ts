import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";

/** `npm run test:fuzz -- --seconds N`: each fuzz test of the project for N seconds; a failure prints how to replay it. */
const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
if (!(Number(values.seconds) > 0))
  throw new Error(`Cannot read --seconds ${values.seconds}: expected a number above 0`);

const files = globSync(["src/**/any-*.test.ts", "test/any-*.test.ts"]);
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=2", ...files], {
  stdio: "inherit",
  env: { ...process.env, IMAGEHUB_FUZZ_SECONDS: values.seconds },
});
process.exitCode = status ?? 1;
