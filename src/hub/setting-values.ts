import { readFileSync } from "node:fs";
import { closest } from "fastest-levenshtein";
import { parse as parseYaml } from "yaml";
import { ConfigError } from "./errors.ts";
import { isSettingName, SETTINGS, type Setting, type SettingName } from "./settings.ts";

/** Settings as they were written, of those that were. */
export type SettingValues = Partial<Record<SettingName, string>>;

/**
 * Reads settings from where they are written: flags win over the environment, the environment over the file.
 * @throws ConfigError
 */
export function readSettings(
  flags: Record<string, string | undefined>,
  environment: NodeJS.ProcessEnv,
): SettingValues {
  const { config: flagFile, ...flagValues } = flags;
  const file = flagFile ?? environment["IMAGEHUB_CONFIG"];
  const values: SettingValues = {
    ...(file === undefined ? {} : readFile(file)),
    ...fromEnvironment(environment),
    ...checkNames(flagValues, { describe: (name) => `flag --${name}`, spell: (name) => `--${name}` }),
  };
  checkChoices(values);
  return values;
}

function readFile(path: string): SettingValues {
  let document: unknown;
  try {
    document = parseYaml(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    throw new ConfigError(`Cannot read configuration ${JSON.stringify(path)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new ConfigError(
      `Cannot read configuration ${JSON.stringify(path)}: expected keys and values, for example listen: 127.0.0.1:5000`,
    );
  }
  const names = checkNames(document as Record<string, unknown>, {
    describe: (name) => `key in ${path}: ${name}`,
    spell: (name) => name,
  });
  // A key without a value is a setting that is not set.
  const texts = Object.entries(names).filter(([, value]) => value !== null);
  return Object.fromEntries(texts.map(([name, value]) => [name, toText(name, value)]));
}

/** A value of the file as a flag would have it: a list's entries are apart by commas. */
function toText(name: string, value: unknown): string {
  const entries = [value].flat();
  if (entries.some((entry) => typeof entry === "object")) {
    throw new ConfigError(
      `Cannot take ${name} ${JSON.stringify(value)}: expected a value, or a list of values`,
    );
  }
  return entries.join(",");
}

/**
 * Variables that are no settings: these, of which commands use five, and those that Kubernetes sets in every
 * pod for Services whose names begin with imagehub, such as IMAGEHUB_SERVICE_HOST and IMAGEHUB_DB_PORT_5432_TCP_ADDR.
 */
const OTHER_VARIABLES =
  /^IMAGEHUB_(?:CONFIG|ADMIN_PASSWORD|OIDC_CLIENT_SECRET|HUB|USER|(?:NEW_)?PASSWORD|TOKEN|(?:.+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_\d+_.+)?))$/;

function fromEnvironment(environment: NodeJS.ProcessEnv): SettingValues {
  const entries = Object.entries(environment)
    .filter(
      ([variable, value]) =>
        variable.startsWith("IMAGEHUB_") && !OTHER_VARIABLES.test(variable) && value !== "",
    )
    .map(([variable, value]) => [
      variable.slice("IMAGEHUB_".length).toLowerCase().replaceAll("_", "-"),
      value,
    ]);
  return checkNames(Object.fromEntries(entries) as Record<string, string>, {
    describe: (name) => `environment variable ${variableOf(name)}`,
    spell: variableOf,
  });
}

function variableOf(name: string): string {
  return `IMAGEHUB_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** The values that are set. @throws ConfigError for a name that no setting has, with the nearest that one has */
function checkNames<Value>(
  values: Record<string, Value | undefined>,
  { describe, spell }: { describe: (name: string) => string; spell: (name: string) => string },
): Partial<Record<SettingName, Value>> {
  for (const name of Object.keys(values)) {
    if (!isSettingName(name)) {
      const nearest = closest(name, Object.keys(SETTINGS));
      throw new ConfigError(`Unknown ${describe(name)}: did you mean ${spell(nearest)}?`);
    }
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<SettingName, Value>
  >;
}

function checkChoices(values: SettingValues): void {
  for (const [name, value] of Object.entries(values) as [SettingName, string][]) {
    const { choices } = SETTINGS[name] as Setting;
    if (choices && !choices.includes(value)) {
      throw new ConfigError(`Cannot take ${name} ${JSON.stringify(value)}: expected ${choices.join(" or ")}`);
    }
  }
}
